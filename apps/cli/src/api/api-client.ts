import type { EndpointDefinition, Problem } from '@iron/server';
import { isIronError } from '@iron/errors';
import { z } from 'zod';
import { InvalidValueError } from '../usage-errors.ts';
import { readVersion } from '../version.ts';
import { AnswerBrokenOffError, ApiProblemError, ServerUnreachableError, UnexpectedAnswerError } from './api-errors.ts';

/** What is sent beside the path. */
interface ApiRequest {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** How a request reaches the API: over the network, or inside this process. */
export type SendRequest = (path: string, request: ApiRequest) => Promise<Response>;

type Shape = z.ZodObject<z.ZodRawShape>;

type Called<Params extends Shape, Query extends Shape, Body extends z.ZodType> = (Record<
  string,
  never
> extends z.input<Params>
  ? { readonly params?: never }
  : { readonly params: z.input<Params> }) & {
  readonly query?: z.input<Query>;
  readonly body?: z.input<Body>;
};

/** What the audit log says of how a change came. */
const USER_AGENT = `iron/${readVersion()}`;

/** Calls operations of the API by their declarations, so that what is sent and answered is checked by the compiler. */
export class ApiClient {
  readonly #send: SendRequest;

  constructor(send: SendRequest) {
    this.#send = send;
  }

  /**
   * @throws {ApiProblemError} the API refused
   * @throws {ServerUnreachableError | UnexpectedAnswerError} there was no answer, or none of Iron's
   */
  async call<Params extends Shape, Query extends Shape, Body extends z.ZodType, Answered extends z.ZodType>(
    endpoint: EndpointDefinition<Params, Query, Body, Answered>,
    called: Called<Params, Query, Body>,
  ): Promise<z.output<Answered>> {
    const response = await this.#request(endpoint, called);
    // It is taken as it is: a server of another version may answer with more than is known here.
    return z.custom<z.output<Answered>>().parse(response.status === 204 ? undefined : await readJson(response));
  }

  /**
   * The pieces of an answer that is not JSON, as they come. Throws as {@link call}.
   *
   * @throws {AnswerBrokenOffError} some of them came, and not all
   */
  async *stream<Params extends Shape, Query extends Shape, Body extends z.ZodType, Answered extends z.ZodType>(
    endpoint: EndpointDefinition<Params, Query, Body, Answered>,
    called: Called<Params, Query, Body>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const response = await this.#request(endpoint, called);
    try {
      if (response.body) yield* response.body;
    } catch (error) {
      throw isIronError(error) ? error : new AnswerBrokenOffError(error);
    }
  }

  async #request(
    { method, path }: { readonly method: string; readonly path: string },
    { params, query, body }: { params?: object; query?: object | undefined; body?: unknown },
  ): Promise<Response> {
    const response = await this.#send(`${fillIn(path, params ?? {})}${queryText(query ?? {})}`, {
      method: method.toUpperCase(),
      headers: { 'user-agent': USER_AGENT, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (response.ok) return response;
    throw await problemOf(response);
  }
}

/** Sends requests to a server, with a token. */
export function remoteRequests(server: URL, token: string): SendRequest {
  return async (path, { headers, ...request }) => {
    try {
      return await fetch(new URL(path, server), {
        ...request,
        headers: { ...headers, authorization: `Bearer ${token}` },
      });
    } catch (cause) {
      throw new ServerUnreachableError(server.origin, cause);
    }
  };
}

function fillIn(path: string, params: object): string {
  return Object.entries(params).reduce((filled, [name, value]) => filled.replace(`{${name}}`, pathWord(value)), path);
}

/** What would be taken for another path: `DELETE /api/things/2/parts/..` is not about a part. */
const NO_PATH_WORDS = ['', '.', '..'];

function pathWord(value: unknown): string {
  const word = String(value);
  if (NO_PATH_WORDS.includes(word)) throw new InvalidValueError(JSON.stringify(word), 'is the id of nothing');
  return encodeURIComponent(word);
}

function queryText(query: object): string {
  const words = Object.entries(query).flatMap(([name, value]: [string, unknown]): [string, string][] =>
    value === undefined ? [] : [[name, queryWord(value)]],
  );
  return words.length === 0 ? '' : `?${new URLSearchParams(words).toString()}`;
}

/** As `queryReader` of the server reads it. */
function queryWord(value: unknown): string {
  if (value === null) return '';
  if (Array.isArray(value)) return value.map(queryWord).join(',');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

async function problemOf(response: Response): Promise<Error> {
  const problem: unknown = await readJson(response);
  return isProblem(problem) ? new ApiProblemError(problem) : new UnexpectedAnswerError(response.status);
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw new UnexpectedAnswerError(response.status);
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'detail' in value;
}
