import type { Context, Hono } from 'hono';
import type { z } from 'zod';
import { requireAccess } from '../access/access.ts';
import type { Authenticate } from '../access/authenticate.ts';
import type { Services } from '../services.ts';
import { actorOf } from '../access/actor.ts';
import { answerHeaders, type ServerBindings } from './answer.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { type InputProblem, InvalidRequestError, NothingHereError } from './http-errors.ts';
import { problemsOf } from './input-problems.ts';
import { pathReader, queryReader } from './query-values.ts';
import { readJsonBody, requireNoBody } from './read-body.ts';
import { streamAnswer, textStream } from './text-stream.ts';

/** What every endpoint shares. */
export interface Frame {
  readonly services: Services;
  readonly authenticate: Authenticate;
  /** Is told of failures after the answer has begun, when the client cannot be told any more. */
  readonly onFailure: (failure: { readonly error: unknown; readonly requestId: string }) => void;
}

const USUAL_LONGEST_BODY = 100_000;
const LONGEST_KEY = 200;

/** Serves an endpoint: who asks, whether they may, what they ask for; then its own work, and the answer. */
export function mountEndpoint(app: Hono<ServerBindings>, endpoint: Endpoint, frame: Frame): void {
  const { method, path, access } = endpoint;
  const read = requestReader(endpoint);
  const serve = async (c: Context<ServerBindings>): Promise<Response> => {
    c.set('route', path);
    const authorization = c.req.header('authorization');
    const principal = frame.authenticate(authorization);
    c.set('principal', principal);
    const reach = requireAccess(access, principal);
    const asked = await read(c);
    const headers = answerHeaders(c.get('requestId'));
    const call: CallOf = {
      ...asked,
      principal,
      reach,
      get actor() {
        return actorOf(principal, c); // most requests change nothing that is logged
      },
      services: frame.services,
      idempotencyKey: endpoint.creates ? idempotencyKeyOf(c) : null,
      setHeader: (name, value) => void (headers[name] = value),
    };
    if (endpoint.answer.mediaTypes) {
      const outgoing = c.env?.outgoing;
      return streamAnswer(textStream.parse(await endpoint.handle(call)), {
        headers,
        breakOff: outgoing ? () => void outgoing.destroy() : null,
        onFailure: (error) => frame.onFailure({ error, requestId: c.get('requestId') }),
      });
    }
    const { status } = endpoint.answer;
    const json = await answerOnce(endpoint, call, c, authorization);
    return status === 204
      ? new Response(null, { status, headers })
      : new Response(json.answer, {
          status,
          headers: {
            ...headers,
            'content-type': 'application/json',
            ...(json.isRepeated && { 'idempotent-replayed': 'true' }),
          },
        });
  };
  app.on(method.toUpperCase(), path.replaceAll(/\{(\w+)\}/g, ':$1'), serve);
}

type CallOf = Call<Record<string, unknown>, Record<string, unknown>, unknown>;
type Asked = Pick<CallOf, 'params' | 'query' | 'body'>;

async function answerOnce(
  endpoint: Endpoint,
  call: CallOf,
  c: Context<ServerBindings>,
  authorization = '',
): Promise<{ answer: string; isRepeated: boolean }> {
  const work = async () => JSON.stringify((await endpoint.handle(call)) ?? null);
  if (endpoint.creates !== 'anything' || call.idempotencyKey === null) {
    return { answer: await work(), isRepeated: false };
  }
  const content = [endpoint.id, c.req.path, JSON.stringify(call.body ?? null)];
  return await call.services.idempotency.once({ secret: authorization, key: call.idempotencyKey, content }, work);
}

/** Makes the function that takes a request apart; its schemas are looked at once. */
function requestReader(endpoint: Endpoint): (c: Context<ServerBindings>) => Promise<Asked> {
  const { params, query, body, longestBody = USUAL_LONGEST_BODY } = endpoint;
  const readParams = params ? paramsReader(params) : noParams;
  const readQuery = query ? partReader(query) : noQuery;
  return async (c) => {
    const asked: Asked = { params: readParams(c.req.param()), query: readQuery(queryOf(c.req.url)), body: undefined };
    if (!body) {
      requireNoBody(c.req);
      return asked;
    }
    const json = await readJsonBody(c.req, longestBody);
    return { ...asked, body: parsePart('body', body, json === undefined ? {} : json) };
  };
}

/** What names nothing there could be is not there: its function throws {@link NothingHereError}. */
function paramsReader(schema: z.ZodObject): (given: Record<string, string>) => Record<string, unknown> {
  const read = pathReader(schema);
  return (given) => {
    const parsed = schema.safeParse(read(given));
    if (!parsed.success) throw new NothingHereError();
    return parsed.data;
  };
}

function noParams(): Record<string, unknown> {
  return {};
}

function partReader(schema: z.ZodObject): (query: string) => Record<string, unknown> {
  const read = queryReader(schema);
  return (query) => parsePart('query', schema, required(read(query)));
}

function queryOf(url: string): string {
  const begin = url.indexOf('?');
  return begin === -1 ? '' : url.slice(begin + 1);
}

function noQuery(query: string): Record<string, unknown> {
  if (query === '') return {};
  throw new InvalidRequestError('query', [{ where: '', message: 'this takes no parameters' }]);
}

function required(read: Record<string, unknown> | InputProblem[]): Record<string, unknown> {
  if (Array.isArray(read)) throw new InvalidRequestError('query', read);
  return read;
}

function parsePart<Schema extends z.ZodType>(part: 'query' | 'body', schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidRequestError(part, problemsOf(parsed.error.issues, part));
}

/** @throws {InvalidRequestError} it is empty or very long */
function idempotencyKeyOf(c: Context<ServerBindings>): string | null {
  const key = c.req.header('idempotency-key');
  if (key === undefined) return null;
  if (key.length > 0 && key.length <= LONGEST_KEY) return key;
  const message = `must be 1 to ${LONGEST_KEY} characters`;
  throw new InvalidRequestError('header', [{ where: 'Idempotency-Key', message }]);
}
