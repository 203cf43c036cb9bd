import { z } from 'zod';
import type { InputProblem } from './http-errors.ts';

/** What the words of a query become before its schema looks at them. */
type Reader = (words: readonly string[]) => unknown;

/** What of a JSON Schema says which types it allows. */
const typed = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  anyOf: z.array(z.unknown()).default([]),
});

/**
 * Makes the function that turns the words of a query into values of the types that a schema asks for: digits into
 * numbers, `true` and `false`, lists at their commas, and nothing at all into `null` where that may be.
 */
export function queryReader(schema: z.ZodObject): (query: string) => Record<string, unknown> | InputProblem[] {
  const readers = readersOf(schema);
  return (query) => {
    if (query === '') return {};
    const words = Map.groupBy(new URLSearchParams(query), ([name]) => name);
    const repeated = [...words].filter(([name, all]) => all.length > 1 && readers.get(name) !== readList);
    if (repeated.length > 0) return repeated.map(([name]) => ({ where: name, message: 'is there more than once' }));
    return Object.fromEntries(
      [...words].map(([name, all]) => {
        const read = readers.get(name) ?? readText;
        return [name, read(all.map(([, word]) => word))];
      }),
    );
  };
}

/** Makes the function that does so for the words of a path. */
export function pathReader(schema: z.ZodObject): (words: Readonly<Record<string, string>>) => Record<string, unknown> {
  const readers = readersOf(schema);
  return (words) =>
    Object.fromEntries(Object.entries(words).map(([name, word]) => [name, (readers.get(name) ?? readText)([word])]));
}

/** Looks at the schema once, for all requests. */
function readersOf(schema: z.ZodObject): ReadonlyMap<string, Reader> {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return new Map(Object.entries(properties).map(([name, type]) => [name, readerOf(type)]));
}

function readerOf(schema: unknown): Reader {
  const types = typesOf(schema);
  const isNullable = types.includes('null');
  const read = readerOfType(types.find((type) => type !== 'null') ?? 'string');
  return isNullable ? (words) => (words[0] === '' ? null : read(words)) : read;
}

function typesOf(schema: unknown): readonly string[] {
  const { type, anyOf } = typed.parse(schema);
  if (type === undefined) return anyOf.flatMap(typesOf);
  return typeof type === 'string' ? [type] : type;
}

function readerOfType(type: string): Reader {
  switch (type) {
    case 'integer':
    case 'number':
      return readNumber;
    case 'boolean':
      return readBoolean;
    case 'array':
      return readList;
    default:
      return readText;
  }
}

function readText([word]: readonly string[]): unknown {
  return word;
}

function readNumber([word = '']: readonly string[]): unknown {
  return /^-?\d{1,16}$/.test(word) ? Number(word) : word;
}

function readBoolean([word]: readonly string[]): unknown {
  return word === 'true' || word === 'false' ? word === 'true' : word;
}

function readList(words: readonly string[]): unknown {
  return words.flatMap((word) => (word === '' ? [] : word.split(',')));
}
