import { z } from 'zod';
import { MEANINGS } from './meanings.ts';

export type JsonObject = Record<string, unknown>;

/** Schemas that have a name (`.meta({ id })`) stand once in a document, and everywhere else by reference. */
export class Components {
  readonly #schemas = new Map<string, JsonObject>();

  /** The JSON Schema (2020-12) of what is sent or answered. */
  describe(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
    const { $schema: _dialect, $defs = {}, ...described } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
    for (const [name, of] of Object.entries($defs)) this.#schemas.set(name, relocate(of));
    const { id, ...rest } = relocate(described);
    if (typeof id !== 'string') return rest;
    this.#schemas.set(id, rest);
    return { $ref: `#/components/schemas/${id}` };
  }

  schemas(): JsonObject {
    return Object.fromEntries([...this.#schemas].toSorted(([left], [right]) => left.localeCompare(right)));
  }
}

function relocate(schema: object): JsonObject {
  const json = JSON.stringify(schema, (key, value: unknown) => {
    if (key === '$id') return undefined;
    return key === 'properties' ? describeFields(z.record(z.string(), fieldShape).parse(value)) : value;
  });
  return z.record(z.string(), z.unknown()).parse(JSON.parse(json.replaceAll('"#/$defs/', '"#/components/schemas/')));
}

const fieldShape = z.looseObject({
  $ref: z.string().optional(),
  description: z.string().optional(),
  anyOf: z.array(z.looseObject({ description: z.string().optional() })).optional(),
});

function describeFields(fields: Readonly<Record<string, z.output<typeof fieldShape>>>): object {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const { $ref, description, anyOf = [] } = field;
      const isDescribed = [$ref, description, ...anyOf.map((part) => part.description)].some(
        (text) => text !== undefined,
      );
      const meaning = MEANINGS[name];
      return [name, isDescribed || meaning === undefined ? field : { description: meaning, ...field }];
    }),
  );
}
