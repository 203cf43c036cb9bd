import * as fc from 'fast-check';
import { z } from 'zod';
import type { Endpoint } from '../http/endpoint.ts';
import { openApiDocument } from '../openapi/document.ts';
import { ENDPOINTS } from '../resources/endpoints.ts';
import type { Whose } from '../resources/request-maker.fixture.ts';
import { oddText, oddValue, PLANTED_TOKEN } from './odd-values.fixture.ts';
import { type JsonSchema, jsonSchema, nameOf, schemaValue, type Schemas, someFields } from './schema-values.fixture.ts';

/** What is odd about a request that would else be a valid one. */
export interface OddRequest {
  readonly whose: Whose;
  /** What stands for the parameters of the path, as it goes over the wire; `null`: what is valid. */
  readonly path: string | null;
  /** Parameters of the query that are put in; or a whole query as it goes over the wire. */
  readonly query: Readonly<Record<string, unknown>> | string;
  readonly body: OddBody;
  readonly headers: Readonly<Record<string, string>>;
}

/** Fields that are put into a valid body, or another body; `null`: the valid one. */
type OddBody = { readonly fields: Readonly<Record<string, unknown>> } | { readonly raw: string | Uint8Array } | null;

const operation = z.looseObject({
  parameters: z.array(z.looseObject({ name: z.string(), in: z.string(), schema: jsonSchema })).default([]),
  requestBody: z
    .looseObject({ content: z.looseObject({ 'application/json': z.looseObject({ schema: jsonSchema }) }) })
    .optional(),
});
const { paths, components } = z
  .looseObject({
    paths: z.record(z.string(), z.record(z.string(), operation)),
    components: z.looseObject({ schemas: z.record(z.string(), jsonSchema) }),
  })
  .parse(openApiDocument(ENDPOINTS, '0.0.0'));

/** Requests of one operation, made of what the document says about it. */
export function oddRequest({ path, method }: Pick<Endpoint, 'path' | 'method'>): fc.Arbitrary<OddRequest> {
  const { parameters = [], requestBody } = paths[path]?.[method] ?? {};
  const inQuery = parameters.filter((parameter) => parameter.in === 'query').map(({ name, schema }) => [name, schema]);
  return fc.record({
    whose: fc.constantFrom('own', 'own', 'own', 'foreign', 'missing'),
    path: mostly(null, oddSegment),
    query: oddQuery(z.record(z.string(), jsonSchema).parse(Object.fromEntries(inQuery))),
    body: requestBody ? oddBody(requestBody.content['application/json'].schema) : mostly<OddBody>(null, oddRaw),
    headers: mostly({}, oddHeaders),
  });
}

function mostly<Value>(usual: Value, odd: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: odd });
}

const oddSegment: fc.Arbitrary<string> = fc.oneof(
  oddText.map((text) => encodeURIComponent(text.toWellFormed())),
  fc.constantFrom(
    '%',
    '%zz',
    '%c0%af',
    '%2e%2e',
    'a%2Fb',
    '%20',
    '0x1',
    '1e3',
    '+1',
    '-1',
    '0',
    '1.0',
    '9'.repeat(20),
    '%f0%9f',
    ';',
  ),
);

function oddQuery(properties: Schemas): OddRequest['query'] extends infer Query ? fc.Arbitrary<Query> : never {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant({}) },
    { weight: 4, arbitrary: someFields(properties, components.schemas) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '%',
        '&&=&',
        'a=%ff',
        '=',
        '?',
        'limit=1&limit=2',
        `a=${'b'.repeat(9_000)}`,
        '%00=%00',
        'a[b]=c',
      ),
    },
  );
}

function oddBody(schema: JsonSchema): fc.Arbitrary<OddBody> {
  const { properties = {} } = schema.$ref === undefined ? schema : (components.schemas[nameOf(schema.$ref)] ?? {});
  return fc.oneof(
    { weight: 6, arbitrary: someFields(properties, components.schemas).map((all) => ({ fields: all })) },
    { weight: 1, arbitrary: schemaValue(schema, components.schemas).map((value) => ({ raw: JSON.stringify(value) })) },
    { weight: 1, arbitrary: oddRaw },
    { weight: 1, arbitrary: fc.constantFrom('x', ...Object.keys(properties)).map((name) => ({ raw: veryDeep(name) })) },
  );
}

/** Deeper than a program can follow that calls itself for every step down. */
function veryDeep(name: string): string {
  return `{"${name}":${'['.repeat(40_000)}${']'.repeat(40_000)}}`;
}

const oddRaw: fc.Arbitrary<OddBody> = fc
  .oneof(
    oddValue.map((value) => JSON.stringify(value)),
    fc.constantFrom(
      '',
      ' ',
      'not JSON',
      '{"a":',
      '{"userId":"a","userId":"b"}',
      '{"__proto__":{"role":"admin"}}',
      '{"constructor":{"prototype":{"role":"admin"}}}',
      '\u{FEFF}{}',
      '{"userId":1e999}',
      '{"userId":"\\ud800"}',
      "{'a':1}",
      'NaN',
      '['.repeat(50_000),
      '{"a":'.repeat(15_000),
      `{"userId":"${'a'.repeat(99_000)}"}`,
      `{"userId":"${'a'.repeat(2_000_000)}"}`,
      `{"${PLANTED_TOKEN}":1}`,
    ),
    fc.constantFrom(
      Uint8Array.of(0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00),
      Uint8Array.of(0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d),
      Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22),
    ),
    fc.uint8Array({ maxLength: 50 }),
  )
  .map((raw) => ({ raw }));

/** A header's value goes over the wire in Latin-1. */
const oddHeader = oddText.map((text) => text.replaceAll(/[^\t\u{20}-\u{7E}\u{80}-\u{FF}]/gu, '?'));

const oddHeaders: fc.Arbitrary<Record<string, string>> = fc.record(
  {
    'idempotency-key': fc.oneof(fc.constantFrom('k-1', 'k-2'), oddHeader),
    'x-request-id': fc.oneof(fc.constant('r-1'), oddHeader),
    'user-agent': oddHeader,
    'content-type': fc.oneof(
      fc.constantFrom(
        'application/json; charset=utf-8',
        'APPLICATION/JSON',
        'application/json;charset=latin1',
        'text/plain',
      ),
      fc.constantFrom('multipart/form-data', 'application/x-www-form-urlencoded', 'application/vnd.api+json', ''),
      oddHeader,
    ),
    authorization: fc.oneof(
      fc.constantFrom('Bearer', 'Bearer ', 'Basic YTpi', `Bearer ${PLANTED_TOKEN}`, `bearer ${PLANTED_TOKEN} x`),
      oddHeader.map((text) => `Bearer ${text}`),
    ),
    accept: fc.constantFrom('text/csv', 'application/xml', '*/*;q=0', 'text/html'),
    'accept-encoding': fc.constantFrom('gzip', 'br, *;q=0'),
    'content-encoding': fc.constantFrom('gzip', 'identity'),
    'if-none-match': fc.constant('*'),
    range: fc.constant('bytes=0-1'),
    'x-http-method-override': fc.constant('DELETE'),
    origin: fc.constant('https://evil.example'),
  },
  { requiredKeys: [] },
);
