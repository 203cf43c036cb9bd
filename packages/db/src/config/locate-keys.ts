import { parse, TomlDate, TomlError, type TomlTable, type TomlValue } from 'smol-toml';

/** A key or a section header of a TOML text, and the line (from 1) on which its statement starts. */
export interface LocatedKey {
  readonly path: readonly string[];
  readonly line: number;
}

/**
 * The line of every section and key of a valid TOML text, in the order of the text.
 *
 * The parser reports no positions. But a TOML statement ends only at the end of a line, and no beginning of a
 * statement is a statement: so lines are gathered until the parser accepts them, and that is one statement.
 */
export function locateKeys(toml: string): LocatedKey[] {
  const located: LocatedKey[] = [];
  let section: readonly string[] = [];
  for (const { table, isHeader, line } of readStatements(toml)) {
    if (isHeader) section = headerPath(table);
    const paths = isHeader ? [section] : leafPaths(table).map((path) => [...section, ...path]);
    located.push(...paths.map((path) => ({ path, line })));
  }
  return located;
}

export function isTable(value: TomlValue | undefined): value is TomlTable {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof TomlDate);
}

interface Statement {
  readonly table: TomlTable;
  readonly isHeader: boolean;
  readonly line: number;
}

function* readStatements(toml: string): Generator<Statement> {
  let gathered: string[] = [];
  for (const [index, text] of toml.split('\n').entries()) {
    gathered.push(text);
    const statement = `${gathered.join('\n')}\n`;
    const table = tryParse(statement);
    if (table === undefined) continue;
    yield { table, isHeader: /^\s*\[/.test(statement), line: index + 2 - gathered.length };
    gathered = [];
  }
}

function tryParse(statement: string): TomlTable | undefined {
  try {
    return parse(statement, { integersAsBigInt: true });
  } catch (error) {
    if (error instanceof TomlError) return undefined;
    throw error;
  }
}

function headerPath(table: TomlValue | undefined): string[] {
  const inner = Array.isArray(table) ? table[0] : table;
  if (!isTable(inner)) return [];
  return Object.entries(inner).flatMap(([key, value]) => [key, ...headerPath(value)]);
}

function leafPaths(table: TomlTable): string[][] {
  return Object.entries(table).flatMap(([key, value]) => {
    const inner = isTable(value) ? leafPaths(value) : [];
    return inner.length === 0 ? [[key]] : inner.map((path) => [key, ...path]);
  });
}
