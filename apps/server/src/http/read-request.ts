import type { Context } from 'hono';
import type { z } from 'zod';
import type { ServerBindings } from './answer.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { type InputProblem, InvalidRequestError, NothingHereError } from './http-errors.ts';
import { IDEMPOTENCY_KEY, idempotencyKeySchema } from './idempotency-key.ts';
import { problemsOf } from './input-problems.ts';
import { pathReader, queryReader } from './query-values.ts';
import { type BodySource, readJsonBody, requireNoBody } from './read-body.ts';

const USUAL_LONGEST_BODY = 100_000;

/** What was asked for, as the schemas of the endpoint make it of the request. */
type Asked = Pick<
  Call<Record<string, unknown>, Record<string, unknown>, unknown>,
  'params' | 'query' | 'body' | 'idempotencyKey'
>;

/** Makes the function that takes a request apart; the schemas are looked at once, for all requests. */
export function requestReader(endpoint: Endpoint): (c: Context<ServerBindings>) => Promise<Asked> {
  const { params, query, body, longestBody = USUAL_LONGEST_BODY } = endpoint;
  const readParams = params ? paramsReader(params) : noParams;
  const readQuery = query ? partReader(query) : noQuery;
  const readBody = body ? bodyReader(body, longestBody) : noBody;
  const readKey = endpoint.creates ? readIdempotencyKey : () => null;
  return async ({ req }) => ({
    params: readParams(req.param()),
    query: readQuery(queryOf(req.url)),
    body: await readBody(req),
    idempotencyKey: readKey(req.header(IDEMPOTENCY_KEY)),
  });
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
  throw new InvalidRequestError('request', [{ where: 'query', message: 'this takes none' }]);
}

function bodyReader(schema: z.ZodType, mostBytes: number): (source: BodySource) => Promise<unknown> {
  return async (source) => {
    const json = await readJsonBody(source, mostBytes);
    return parsePart('body', schema, json === undefined ? {} : json);
  };
}

function noBody(source: BodySource): undefined {
  requireNoBody(source);
}

function readIdempotencyKey(given: string | undefined): string | null {
  if (given === undefined) return null;
  const { error, data } = idempotencyKeySchema.safeParse(given);
  if (!error) return data;
  const problems = error.issues.map(({ message }) => ({ where: IDEMPOTENCY_KEY, message }));
  throw new InvalidRequestError('header', problems);
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
