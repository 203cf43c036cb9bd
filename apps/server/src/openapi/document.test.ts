import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ENDPOINTS } from '../resources/endpoints.ts';
import { openApiDocument } from './document.ts';
import { MEANINGS } from './meanings.ts';

interface Described {
  readonly $ref?: string | undefined;
  readonly description?: string | undefined;
  readonly anyOf?: readonly Described[] | undefined;
  readonly properties?: Readonly<Record<string, Described>> | undefined;
  readonly items?: Described | undefined;
}

const described: z.ZodType<Described> = z.lazy(() =>
  z.looseObject({
    $ref: z.string().optional(),
    description: z.string().optional(),
    anyOf: z.array(described).optional(),
    properties: z.record(z.string(), described).optional(),
    items: z.union([described, z.boolean().transform(() => undefined)]).optional(),
  }),
);

const content = z.record(z.string(), z.looseObject({ schema: described }));
const operation = z.looseObject({
  operationId: z.string(),
  parameters: z.array(z.looseObject({ name: z.string(), description: z.string().optional() })).default([]),
  requestBody: z.looseObject({ content }).optional(),
  responses: z.record(z.string(), z.looseObject({ content: content.optional() })),
});
const document = z
  .looseObject({
    tags: z.array(z.looseObject({ name: z.string(), description: z.string().optional() })),
    paths: z.record(z.string(), z.record(z.string(), operation)),
    components: z.looseObject({ schemas: z.record(z.string(), described) }),
  })
  .parse(openApiDocument(ENDPOINTS, '0.0.0'));
const OPERATIONS = Object.values(document.paths).flatMap((methods) => Object.values(methods));

/** The fields in a schema that say nothing of what they mean: `body.tiers`. */
function undescribed(schema: Described, name: string): string[] {
  const { properties = {}, items } = schema;
  const unnamed = Object.entries(properties).filter(([, field]) => !saysSomething(field));
  return [
    ...unnamed.map(([field]) => `${name}.${field}`),
    ...Object.entries(properties).flatMap(([field, inner]) => undescribed(inner, `${name}.${field}`)),
    ...(items ? undescribed(items, name) : []),
  ];
}

function saysSomething({ $ref, description, anyOf = [] }: Described): boolean {
  return $ref !== undefined || description !== undefined || anyOf.some(saysSomething);
}

describe('the document of the API, for somebody who has never seen Iron', () => {
  test('says of every topic what it is about', () => {
    expect(document.tags.filter(({ description }) => description === undefined)).toEqual([]);
  });

  test('says of every parameter what it means', () => {
    const silent = OPERATIONS.flatMap(({ operationId, parameters }) =>
      parameters.filter(saysNothing).map(({ name }) => `${operationId}: ${name}`),
    );
    expect(silent).toEqual([]);
  });

  test('says of every field that is sent or answered what it means', () => {
    const inOperations = OPERATIONS.flatMap(({ operationId, requestBody, responses }) =>
      [requestBody, ...Object.values(responses)]
        .flatMap((part) => Object.values(part?.content ?? {}))
        .flatMap(({ schema }) => undescribed(schema, operationId)),
    );
    const named = Object.entries(document.components.schemas).flatMap(([name, schema]) => undescribed(schema, name));
    expect([...inOperations, ...named]).toEqual([]);
  });

  test('explains no field that there is not', () => {
    const json = JSON.stringify(document);
    expect(Object.keys(MEANINGS).filter((name) => !json.includes(`"${name}"`))).toEqual([]);
  });

  test('has an example of every body that cannot be left out', () => {
    const needed = ENDPOINTS.filter(({ body }) => body && !body.safeParse({}).success);
    expect(needed.filter(({ example }) => example === undefined).map(({ id }) => id)).toEqual([]);
  });

  test('has no example that the operation would refuse', () => {
    const tried = ENDPOINTS.flatMap(({ id, body, example }) =>
      example === undefined ? [] : [[id, body?.safeParse(example).error?.message]],
    );
    expect(tried).toEqual(tried.map(([id]) => [id, undefined]));
  });

  test('names every operation once, in words of its own', () => {
    const ids = ENDPOINTS.map(({ id }) => id);
    const summaries = ENDPOINTS.map(({ summary }) => summary);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(summaries).size).toBe(summaries.length);
  });
});

function saysNothing({ description }: { readonly description?: string | undefined }): boolean {
  return description === undefined;
}
