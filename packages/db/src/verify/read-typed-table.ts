import type { SQL as Expression } from 'drizzle-orm';
import type { ForeignKey, Index, SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { getTableConfig, is, SQL, SQLiteSyncDialect } from '../drizzle.ts';
import type {
  ColumnStructure,
  ForeignKeyStructure,
  IndexedColumn,
  IndexStructure,
  TableStructure,
} from '../structure/database-structure.ts';
import { indexedExpression } from '../structure/sql-definitions.ts';
import { foldParentheses } from '../structure/sql-groups.ts';
import { normalSql, readSqlTokens, spellName, type SqlToken } from '../structure/sql-tokens.ts';

type TypedColumn = ReturnType<typeof getTableConfig>['columns'][number];

/** The structure of a table as its Drizzle definition describes it. */
export function readTypedTable(table: SQLiteTable): TableStructure {
  const { name, columns, indexes, foreignKeys, checks, primaryKeys, uniqueConstraints } = getTableConfig(table);
  const key = primaryKeys[0]?.columns ?? columns.filter((column) => column.primary);
  const uniqueKeys = [
    ...columns.filter((column) => column.isUnique).map((column) => [column]),
    ...uniqueConstraints.map((constraint) => constraint.columns),
  ];
  return {
    name,
    strict: false,
    withoutRowid: false,
    columns: columns.map((column) => readColumn(column, key.indexOf(column) + 1)),
    foreignKeys: foreignKeys.map(readForeignKey),
    indexes: [
      ...indexes.map((index) => readIndex(name, index)),
      ...uniqueKeys.map((unique) => implicitIndex('unique', unique)),
      ...(isRowid(key) ? [] : [implicitIndex('primary key', key)]),
    ],
    checks: checks.map((check) => ({ name: check.name, expression: normalSql(readExpression(name, check.value)) })),
    triggers: [],
    clauses: [],
  };
}

function readColumn(column: TypedColumn, primaryKey: number): ColumnStructure {
  return {
    name: column.name,
    type: column.getSQLType().toUpperCase(),
    nullable: !column.notNull,
    default: readDefault(column),
    primaryKey,
    collation: 'BINARY',
    generated: null,
  };
}

function readDefault(column: TypedColumn): string | null {
  if (column.default === undefined) return null;
  if (is(column.default, SQL)) return normalSql(writeSql(column.default));
  const value: unknown = column.mapToDriverValue(column.default);
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : normalSql(String(value));
}

function readForeignKey(foreignKey: ForeignKey): ForeignKeyStructure {
  const { columns, foreignTable, foreignColumns } = foreignKey.reference();
  return {
    columns: columns.map(({ name }) => name),
    table: getTableConfig(foreignTable).name,
    references: foreignColumns.map(({ name }) => name),
    onUpdate: (foreignKey.onUpdate ?? 'no action').toUpperCase(),
    onDelete: (foreignKey.onDelete ?? 'no action').toUpperCase(),
  };
}

function readIndex(table: string, { config }: Index): IndexStructure {
  return {
    name: config.name,
    origin: 'index',
    unique: config.unique,
    columns: config.columns.map((column) =>
      indexed(
        is(column, SQL) ? normalSql(indexedExpression(foldParentheses(readExpression(table, column)))) : column.name,
      ),
    ),
    where: config.where ? normalSql(readExpression(table, config.where)) : null,
  };
}

function implicitIndex(origin: 'unique' | 'primary key', columns: readonly SQLiteColumn[]): IndexStructure {
  return { name: null, origin, unique: true, columns: columns.map(({ name }) => indexed(name)), where: null };
}

function indexed(expression: string): IndexedColumn {
  return { expression, collation: 'BINARY', descending: false };
}

/** An INTEGER PRIMARY KEY is the row's own number and has no index. */
function isRowid(key: readonly SQLiteColumn[]): boolean {
  return key.length === 1 && key[0]?.getSQLType() === 'integer';
}

/** Drizzle writes `"table"."column"`; in a table's own CHECK or index the column stands alone. */
function readExpression(table: string, expression: Expression): SqlToken[] {
  const tokens = readSqlTokens(writeSql(expression));
  const isPrefix = (index: number) => tokens[index]?.text === spellName(table) && tokens[index + 1]?.text === '.';
  return tokens.filter((_, index) => !isPrefix(index) && !isPrefix(index - 1));
}

function writeSql(expression: Expression): string {
  return new SQLiteSyncDialect().sqlToQuery(expression.inlineParams()).sql;
}
