import { hash } from 'node:crypto';
import { type CustomTypesConfig, types } from 'pg';

/** What a statement gave. */
interface Result {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** How many rows it changed. */
  readonly changes: number;
}

/** The same with its rows as lists of values, in the order of the columns. */
interface ListResult {
  readonly rows: readonly (readonly unknown[])[];
  readonly changes: number;
}

/** Whatever takes statements: a pool, each of whose connections may be the one, or a connection in a transaction. */
export interface PostgresSession {
  query(sql: string, parameters?: readonly unknown[]): Promise<Result>;
  queryLists(sql: string, parameters?: readonly unknown[]): Promise<ListResult>;
}

/** The driver's part of it: a pool or a client of `pg`. */
export interface Queryable {
  query(config: {
    readonly name?: string;
    readonly text: string;
    readonly values: unknown[];
    readonly rowMode?: 'array';
    readonly query_timeout?: number;
    readonly types: CustomTypesConfig;
  }): Promise<{ readonly rows: unknown[]; readonly rowCount: number | null }>;
}

const INT8 = 20;
const NUMERIC = 1700;

/** Integers are numbers here, as on SQLite; one that a number cannot hold exactly is an error and not another number. */
const exactNumbers: CustomTypesConfig = {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the driver's own types have no common one
  getTypeParser: parserOf as CustomTypesConfig['getTypeParser'],
};

function parserOf(oid: number, format: 'text' | 'binary'): unknown {
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- a server has more types than the driver names
  return oid === INT8 || oid === NUMERIC ? parseInteger : types.getTypeParser(oid, format);
}

function parseInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`The database holds ${text}, which is beyond the integers that a number holds exactly.`);
}

const TO_BE_ESCAPED = /["\\]/gu;

/** A list of texts, integers, bytes and NULLs as PostgreSQL reads it. The driver's own way takes three times as long. */
function arrayText(items: readonly unknown[]): string {
  let text = '';
  for (const item of items) {
    if (text !== '') text += ',';
    if (typeof item === 'number') text += item;
    else if (item === null) text += 'NULL';
    else if (typeof item === 'string') text += `"${item.replaceAll(TO_BE_ESCAPED, '\\$&')}"`;
    else if (item instanceof Uint8Array) text += `"\\\\x${Buffer.from(item).toString('hex')}"`;
    else throw new TypeError('A list for PostgreSQL holds texts, numbers, bytes and nulls.');
  }
  return `{${text}}`;
}

/**
 * Statements with parameters are prepared on each connection once, under the hash of their text.
 *
 * @param longestMs how long the server may be silent about one of them; default: as the pool says
 */
export function sessionOn(
  queryable: Queryable,
  explain: (error: unknown) => unknown,
  longestMs?: number,
): PostgresSession {
  const send = async (text: string, values: readonly unknown[], rowMode?: 'array') => {
    try {
      return await queryable.query({
        ...(values.length > 0 && { name: nameOf(text) }),
        text,
        values: values.map((value) => (Array.isArray(value) ? arrayText(value) : value)),
        ...(rowMode && { rowMode }),
        ...(longestMs !== undefined && { query_timeout: longestMs }),
        types: exactNumbers,
      });
    } catch (error) {
      throw explain(error);
    }
  };
  return {
    async query(sql, parameters = []) {
      const { rows, rowCount } = await send(sql, parameters);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the driver makes an object of each row
      return { rows: rows as Result['rows'], changes: rowCount ?? 0 };
    },
    async queryLists(sql, parameters = []) {
      const { rows, rowCount } = await send(sql, parameters, 'array');
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- … or a list, in this mode
      return { rows: rows as ListResult['rows'], changes: rowCount ?? 0 };
    },
  };
}

const names = new Map<string, string>();

function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `iron_${hash('sha256', text, 'base64url').slice(0, 22)}`;
  names.set(text, name);
  return name;
}
