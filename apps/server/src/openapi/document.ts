import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import type { Endpoint } from '../http/endpoint.ts';
import { statusOfCode } from '../http/error-status.ts';
import { IDEMPOTENCY_KEY, idempotencyKeySchema } from '../http/idempotency-key.ts';
import { COMMON_CODES, problemSchema } from './problem-schema.ts';
import { Components, type JsonObject } from './components.ts';
import { TOPICS } from './topics.ts';

/** The description of the API in OpenAPI 3.1, made of the same schemas that check what comes in. */
export function openApiDocument(endpoints: readonly Endpoint[], version: string): JsonObject {
  const components = new Components();
  const problem = components.describe(problemSchema, 'output');
  const paths = Map.groupBy(endpoints, ({ path }) => path);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Iron',
      version,
      description:
        'Tokens for access to LLM providers, limits that hold, and what every call used and cost.\n\n' +
        'Times are milliseconds since the epoch, UTC; money is nano-dollars (1 USD = 10^9); sums are texts of digits, ' +
        'exact however large. What an endpoint does not know is refused.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    tags: [...new Set(endpoints.map(tagOf))].map((name) => ({ name, description: TOPICS[name] })),
    paths: Object.fromEntries(
      [...paths].map(([path, all]) => [
        path,
        Object.fromEntries(all.map((endpoint) => [endpoint.method, operation(endpoint, components, problem)])),
      ]),
    ),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'A token of Iron’s' } },
      schemas: components.schemas(),
    },
  };
}

function operation(endpoint: Endpoint, components: Components, problem: JsonObject): JsonObject {
  const { id, summary, description, access, params, query, body, example, creates } = endpoint;
  const needs = access.scope === null ? 'Any valid token.' : `Scope \`${access.scope}\`.`;
  const parameters = [
    ...(params ? parametersOf(params, 'path', components) : []),
    ...(query ? parametersOf(query, 'query', components) : []),
    ...(creates ? [idempotencyKeyParameter(components)] : []),
  ];
  return {
    operationId: id,
    tags: [tagOf(endpoint)],
    summary,
    description: [description, `${needs} admin: any, user: ${access.user}, viewer: ${access.viewer}.`]
      .filter((line) => line !== undefined)
      .join('\n\n'),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: !body.safeParse({}).success,
        content: {
          'application/json': { schema: components.describe(body, 'input'), ...(example !== undefined && { example }) },
        },
      },
    }),
    responses: { ...success(endpoint, components), ...problemsOf(endpoint, problem) },
  };
}

function idempotencyKeyParameter(components: Components): JsonObject {
  return {
    name: IDEMPOTENCY_KEY,
    in: 'header',
    description: 'A name for this request: repeated with it within a day, it is carried out once.',
    schema: components.describe(idempotencyKeySchema, 'input'),
  };
}

function parametersOf(schema: z.ZodObject, place: 'path' | 'query', components: Components): JsonObject[] {
  const { properties = {}, required = [] } = components.describe(schema, 'input') as {
    properties?: Record<string, JsonObject>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...type }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description !== undefined && { description }),
    ...(type['type'] === 'array' && { style: 'form', explode: false }),
    schema: type,
  }));
}

function success({ answer, creates }: Endpoint, components: Components): JsonObject {
  const { status, description, body, mediaTypes, headers = {} } = answer;
  const all = {
    ...HEADERS,
    ...(creates === 'anything' && { 'Idempotent-Replayed': 'true: the answer of the request that was carried out' }),
    ...headers,
  };
  const content = mediaTypes
    ? Object.fromEntries(mediaTypes.map((type) => [type, { schema: { type: 'string' } }]))
    : { 'application/json': { schema: components.describe(body, 'output') } };
  return { [status]: { description, headers: headersOf(all, ['X-Request-Id']), ...(status !== 204 && { content }) } };
}

const HEADERS = { 'X-Request-Id': 'Names the request in the log: the one that was sent, or a new one' };

function problemsOf(endpoint: Endpoint, problem: JsonObject): JsonObject {
  const { body } = endpoint;
  const statuses = Map.groupBy(codesOf(endpoint), (code) =>
    code === 'http.invalid_request' ? 400 : statusOfCode(code, body !== undefined),
  );
  if (body) statuses.set(422, ['http.invalid_request', ...(statuses.get(422) ?? [])]);
  return Object.fromEntries(
    [...statuses]
      .toSorted(([left], [right]) => left - right)
      .map(([status, of]) => [
        status,
        {
          description: `${STATUS_CODES[status]}: ${[...new Set(of)].map((code) => `\`${code}\``).join(', ')}`,
          headers: headersOf({ ...HEADERS, ...PROBLEM_HEADERS[status] }, ['X-Request-Id', ...(REQUIRED[status] ?? [])]),
          content: { 'application/problem+json': { schema: problem } },
        },
      ]),
  );
}

function codesOf({ access, params, query, body, problems = [], creates }: Endpoint): string[] {
  const namesOwner = [query, body].some((part) => part instanceof z.ZodObject && 'userId' in part.shape);
  const isOwn = [access.user, access.viewer].includes('own');
  return [
    ...COMMON_CODES,
    ...(access.scope === null ? [] : ['access.role_not_allowed', 'access.scope_missing']),
    ...(namesOwner && isOwn ? ['access.not_yours'] : []),
    ...(params ? ['http.not_found'] : []),
    ...(query ? ['input.invalid'] : []),
    ...(query && 'cursor' in query.shape ? ['input.invalid_cursor'] : []),
    ...(body
      ? ['http.malformed_json', 'http.not_json', 'http.body_too_large', 'http.nested_too_deeply', 'input.invalid']
      : []),
    ...(creates === 'anything' ? ['idempotency.key_reused', 'idempotency.in_progress'] : []),
    ...problems,
  ];
}

const PROBLEM_HEADERS: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { 'WWW-Authenticate': 'How to show a token' },
  403: { 'WWW-Authenticate': 'The scope that the token lacks, where that is why' },
  429: {
    'Retry-After': 'Seconds until the limits that had no room begin anew; not there where waiting is of no use',
    RateLimit: 'What is left of each limit that had no room',
    'RateLimit-Policy': 'Each limit that had no room',
  },
  503: { 'Retry-After': 'Seconds' },
};

/** The headers that are always there with a status. */
const REQUIRED: Readonly<Record<number, readonly string[]>> = { 401: ['WWW-Authenticate'], 503: ['Retry-After'] };

function headersOf(headers: Readonly<Record<string, string>>, required: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [
      name,
      { description, ...(required.includes(name) && { required: true }), schema: { type: 'string' } },
    ]),
  );
}

function tagOf({ path }: Endpoint): string {
  return path.split('/')[2] ?? '';
}
