import * as fc from 'fast-check';
import { z } from 'zod';
import { oddText, oddValue } from './odd-values.fixture.ts';

/** What of a JSON Schema says which values there are. */
export interface JsonSchema {
  readonly $ref?: string | undefined;
  readonly type?: readonly string[] | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[] | undefined;
  readonly oneOf?: readonly JsonSchema[] | undefined;
  readonly properties?: Readonly<Record<string, JsonSchema>> | undefined;
  readonly items?: JsonSchema | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
}

export const jsonSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  z.looseObject({
    $ref: z.string().optional(),
    type: z.union([z.string().transform((type) => [type]), z.array(z.string())]).optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    anyOf: z.array(jsonSchema).optional(),
    oneOf: z.array(jsonSchema).optional(),
    properties: z.record(z.string(), jsonSchema).optional(),
    items: jsonSchema.optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
  }),
);

export type Schemas = Readonly<Record<string, JsonSchema>>;

/** Values that mostly have the type that a schema asks for, so that they come far, and are odd at times. */
export function schemaValue(schema: JsonSchema, named: Schemas): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 4, arbitrary: fitting(schema, named) }, { weight: 1, arbitrary: oddValue });
}

function fitting(schema: JsonSchema, named: Schemas): fc.Arbitrary<unknown> {
  const { $ref, enum: words, const: constant, anyOf = [], oneOf = [], type = ['any'] } = schema;
  if ($ref !== undefined) return fitting(named[nameOf($ref)] ?? {}, named);
  if (constant !== undefined) return fc.constant(constant);
  if (words) return fc.constantFrom(...words);
  const choices = [...anyOf, ...oneOf];
  if (choices.length > 0) return fc.oneof(...choices.map((choice) => fitting(choice, named)));
  return fc.oneof(...type.map((word) => ofType(word, schema, named)));
}

/** The name of what `#/components/schemas/Token` refers to. */
export function nameOf(reference: string): string {
  return reference.split('/').at(-1) ?? '';
}

function ofType(type: string, schema: JsonSchema, named: Schemas): fc.Arbitrary<unknown> {
  switch (type) {
    case 'string':
      return text(schema);
    case 'integer':
      return integer(schema);
    case 'number':
      return fc.oneof(integer(schema), fc.double({ noNaN: true }));
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(schemaValue(schema.items ?? {}, named), { maxLength: 3 });
    case 'object':
      return fields(schema.properties ?? {}, named);
    default:
      return oddValue;
  }
}

/** An object with some of the fields, and at times one that nobody knows. */
function fields(properties: Schemas, named: Schemas): fc.Arbitrary<Record<string, unknown>> {
  const known = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, schemaValue(schema, named)])),
    { requiredKeys: [] },
  );
  const unknown = fc.dictionary(oddText, oddValue, { maxKeys: 1 });
  return fc.oneof(
    { weight: 4, arbitrary: known },
    { weight: 1, arbitrary: fc.tuple(known, unknown).map(([fit, odd]) => ({ ...fit, ...odd })) },
  );
}

/** One field or two, so that the rest of a valid request stays valid; or any number. */
export function someFields(properties: Schemas, named: Schemas): fc.Arbitrary<Record<string, unknown>> {
  const each = Object.entries(properties).map(([name, schema]) =>
    schemaValue(schema, named).map((value) => [name, value] as const),
  );
  if (each.length === 0) return fields(properties, named);
  const few = fc.array(fc.oneof(...each), { minLength: 1, maxLength: 2 });
  return fc.oneof(
    { weight: 3, arbitrary: few.map((entries): Record<string, unknown> => Object.fromEntries(entries)) },
    { weight: 1, arbitrary: fields(properties, named) },
  );
}

function text({ minLength = 0, maxLength = 100 }: JsonSchema): fc.Arbitrary<string> {
  const most = Math.min(maxLength, minLength + 60);
  return fc.oneof(
    fc.string({ minLength, maxLength: most }),
    fc.string({ minLength, maxLength: most, unit: 'grapheme' }),
    fc.constant('a'.repeat(maxLength)),
    oddText,
  );
}

function integer({ minimum = -1_000, maximum = Number.MAX_SAFE_INTEGER }: JsonSchema): fc.Arbitrary<number> {
  const most = Math.min(Math.floor(maximum), Math.ceil(minimum) + 5_000);
  return fc.oneof(
    fc.integer({ min: Math.ceil(minimum), max: most }),
    fc.constantFrom(minimum, maximum, minimum - 1, maximum + 1),
  );
}
