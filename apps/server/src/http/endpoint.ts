import type { Actor } from '@iron/db';
import { z } from 'zod';
import type { Access, Reach } from '../access/access.ts';
import type { Principal } from '../access/principal.ts';
import type { Services } from '../services.ts';

type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';

/** What an endpoint works with: a request that was understood and is allowed. */
export interface Call<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly principal: Principal;
  /** `own`: only what belongs to the principal may be shown or changed. */
  readonly reach: Exclude<Reach, 'none'>;
  /** The principal for the audit log. */
  readonly actor: Actor;
  readonly services: Services;
  /** Set by the caller of a creating request, so that it counts once; `null` where there is none. */
  readonly idempotencyKey: string | null;
  /** The request id that the key stands for where the call has none; `null` where there is no key. */
  readonly requestIdOfKey: string | null;
  /** Adds a header to the answer. */
  readonly setHeader: (name: string, value: string) => void;
}

/** What an endpoint answers where nothing goes wrong. */
interface Answer<Body extends z.ZodType> {
  readonly status: 200 | 201 | 204;
  readonly description: string;
  readonly body: Body;
  /** Headers beside those of every answer, for the document: name and what it says. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For what is not JSON: the media types that there are. Then `body` is `textStream`. */
  readonly mediaTypes?: readonly string[];
}

type Shape = z.ZodObject<z.ZodRawShape>;

/** All that is said of an operation of the API, and what it does. Made by {@link endpoint}. */
export interface EndpointDefinition<
  Params extends Shape,
  Query extends Shape,
  Body extends z.ZodType,
  Answered extends z.ZodType,
> {
  /** The operation's id in the document: `createToken`. */
  readonly id: string;
  readonly method: Method;
  /** `/api/tokens/{tokenId}` */
  readonly path: `/api/${string}`;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** A body as it may be sent, for the document. */
  readonly example?: z.input<Body>;
  readonly answer: Answer<Answered>;
  /** Codes of errors that only some endpoints have, for the document. */
  readonly problems?: readonly string[];
  /**
   * It makes something new, so that it takes an `Idempotency-Key`; `itself`: it keeps the key with what it makes.
   * `anything`: all of it is one write, whose answer is kept with it.
   */
  readonly creates?: 'anything' | 'itself';
  /** How what that one write gave is shown. Default: as it is. */
  answerOf?(written: unknown): DeepReadonly<z.input<Answered>>;
  /** Reads or writes longer bodies than others: bytes. */
  readonly longestBody?: number;
  handle(call: Call<z.output<Params>, z.output<Query>, z.output<Body>>): Promise<DeepReadonly<z.input<Answered>>>;
}

/** Answers are shown and not changed, so that services may give what is not to be changed. */
type DeepReadonly<Value> =
  Value extends AsyncIterable<unknown>
    ? Value
    : Value extends object
      ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
      : Value;

/** An endpoint as the frame sees it, whatever its schemas. */
export type Endpoint = EndpointDefinition<Shape, Shape, z.ZodType, z.ZodType>;

/** Nothing in the path, or in the query. */
const nothing = z.strictObject({});
type Nothing = typeof nothing;

/** Declares one operation of the API: the document, the checks and the table of permissions all come from this. */
export function endpoint<
  Params extends Shape = Nothing,
  Query extends Shape = Nothing,
  Body extends z.ZodType = z.ZodUndefined,
  Answered extends z.ZodType = z.ZodUndefined,
>(definition: EndpointDefinition<Params, Query, Body, Answered>): EndpointDefinition<Params, Query, Body, Answered> {
  return definition;
}
