import type { CheckStructure } from './database-structure.ts';
import { foldParentheses, isWord, splitAtCommas, type SqlItem, unfold } from './sql-groups.ts';
import { normalSql, readSqlTokens, spellName, unquote } from './sql-tokens.ts';

/** What of a table only its CREATE TABLE tells. Columns are spelled as by `spellName`. */
export interface TableDefinition {
  readonly checks: readonly CheckStructure[];
  /** AUTOINCREMENT, ON CONFLICT and DEFERRABLE, behind the column or constraint that they belong to. */
  readonly clauses: readonly string[];
  readonly collations: ReadonlyMap<string, string>;
  /** The expressions of generated columns. */
  readonly generated: ReadonlyMap<string, string>;
}

/** What of an index only its CREATE INDEX tells. */
export interface IndexDefinition {
  /** Each indexed term without its collation and direction. */
  readonly terms: readonly string[];
  readonly where: string | null;
}

/** Reads a CREATE TABLE statement as `sqlite_schema` keeps it. */
export function readTableDefinition(sql: string): TableDefinition {
  const items = foldParentheses(readSqlTokens(sql));
  const elements = isWord(items[1], 'virtual')
    ? []
    : splitAtCommas(unfold(items.find((item) => item.kind === 'group')));
  const columns = elements.flatMap((element) => {
    const name = columnName(element);
    return name === undefined ? [] : [{ name, element }];
  });
  return {
    checks: elements.flatMap(readChecks),
    clauses: elements.flatMap(readClauses),
    collations: valuesBehind(columns, 'collate', ({ text }) => text),
    generated: valuesBehind(columns, 'as', (item) => normalSql(unfold(item))),
  };
}

/** Reads a CREATE INDEX statement as `sqlite_schema` keeps it. */
export function readIndexDefinition(sql: string): IndexDefinition {
  const items = foldParentheses(readSqlTokens(sql));
  const terms = items.findIndex((item) => item.kind === 'group');
  const condition = items.slice(terms + 2);
  return {
    terms: splitAtCommas(unfold(items[terms])).map((term) => normalSql(indexedExpression(term))),
    where: condition.length > 0 ? normalSql(condition) : null,
  };
}

/** An indexed term without its collation and direction. */
export function indexedExpression(term: readonly SqlItem[]): readonly SqlItem[] {
  let end = term.length;
  for (;;) {
    if (isWord(term[end - 1], 'asc', 'desc')) end -= 1;
    else if (isWord(term[end - 2], 'collate')) end -= 2;
    else return term.slice(0, end);
  }
}

function columnName(element: readonly SqlItem[]): string | undefined {
  const [first] = element;
  if (!first || isWord(first, 'constraint', 'primary', 'unique', 'check', 'foreign')) return undefined;
  return first.kind === 'string' ? spellName(unquote(first.text)) : first.text;
}

function readChecks(element: readonly SqlItem[]): CheckStructure[] {
  return element.flatMap((item, index) => {
    const group = element[index + 1];
    if (!isWord(item, 'check') || group?.kind !== 'group') return [];
    const name = isWord(element[index - 2], 'constraint') ? (element[index - 1]?.text ?? null) : null;
    return [{ name, expression: normalSql(group.inner) }];
  });
}

function readClauses(element: readonly SqlItem[]): string[] {
  return element.flatMap((item, index) => {
    const length = clauseLength(element.slice(index, index + 3));
    if (length === 0) return [];
    const negated = isWord(item, 'deferrable') && isWord(element[index - 1], 'not');
    const start = negated ? index - 1 : index;
    const owner = columnName(element) === undefined ? element.slice(0, start) : element.slice(0, 1);
    return [`${normalSql(owner)}: ${normalSql(element.slice(start, index + length))}`];
  });
}

/** How many items the clause has that begins here; 0 when none does. */
function clauseLength([first, second, third]: readonly SqlItem[]): number {
  if (isWord(first, 'autoincrement')) return 1;
  if (isWord(first, 'on') && isWord(second, 'conflict') && third) return 3;
  if (isWord(first, 'deferrable')) return isWord(second, 'initially') ? 3 : 1;
  return 0;
}

/** By column, what stands behind a word in its definition. */
function valuesBehind(
  columns: readonly { name: string; element: readonly SqlItem[] }[],
  word: string,
  read: (item: SqlItem) => string,
): Map<string, string> {
  const values = new Map<string, string>();
  for (const { name, element } of columns) {
    const position = element.findIndex((item, index) => index > 0 && isWord(item, word));
    const value = element[position + 1];
    if (position > 0 && value) values.set(name, read(value));
  }
  return values;
}
