import { parse, TomlDate, type TomlTable, type TomlValue } from 'smol-toml';

/** A key or a section header of a TOML text, and the line (from 1) on which its statement starts. */
export interface LocatedKey {
  readonly path: readonly string[];
  readonly line: number;
}

/** The line of every section and key of a valid TOML text, in the order of the text: the parser reports none. */
export function locateKeys(toml: string): LocatedKey[] {
  const located: LocatedKey[] = [];
  let section: readonly string[] = [];
  for (const { table, isHeader, line } of readStatements(toml)) {
    if (isHeader) section = headerPath(table);
    if (isHeader) located.push({ path: section, line });
    else for (const path of leafPaths(table)) located.push({ path: [...section, ...path], line });
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

/** What may hold line ends and brackets that mean nothing; and those that mean something. */
const PIECE = /"""(?:[^\\]|\\[^])*?"{3,5}|'''[^]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|[[\]{}\n]/g;

/** A statement ends with its line, unless that ends within brackets or a text. */
function* readStatements(toml: string): Generator<Statement> {
  let depth = 0;
  let start = 0;
  let line = 1;
  const text = `${toml}\n`;
  for (const { 0: piece, index } of text.matchAll(PIECE)) {
    if (piece === '[' || piece === '{') depth += 1;
    if (piece === ']' || piece === '}') depth -= 1;
    if (piece !== '\n' || depth > 0) continue;
    const statement = text.slice(start, index + 1);
    const table = parse(statement, { integersAsBigInt: true });
    yield { table, isHeader: /^\s*\[/.test(statement), line };
    start = index + 1;
    line += statement.split('\n').length - 1;
  }
}

function headerPath(table: TomlTable): string[] {
  const path: string[] = [];
  for (let [entry] = Object.entries(table); entry;) {
    const [key, value] = entry;
    path.push(key);
    const inner = Array.isArray(value) ? value[0] : value;
    [entry] = isTable(inner) ? Object.entries(inner) : [];
  }
  return path;
}

/** Does not call itself: a name may have more parts than calls fit into one another. */
function* leafPaths(table: TomlTable): Generator<string[]> {
  const path: string[] = [];
  const open = [Object.entries(table).values()];
  for (let entries = open.at(-1); entries; entries = open.at(-1)) {
    const { value: entry } = entries.next();
    if (!entry) {
      open.pop();
      path.pop();
      continue;
    }
    const [key, value] = entry;
    const inner = isTable(value) ? Object.entries(value) : [];
    if (inner.length === 0) yield [...path, key];
    else {
      path.push(key);
      open.push(inner.values());
    }
  }
}
