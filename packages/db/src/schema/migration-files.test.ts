import { describe, expect, test } from 'vitest';
import { readMigrations } from '../migrations/read-migrations.ts';
import type { IndexStructure, TableStructure } from '../structure/database-structure.ts';
import { readStructure } from '../structure/read-structure.ts';
import { migratedDatabase } from './migrated-database.fixture.ts';

const TABLE_COUNT = `SELECT COUNT(*) FROM sqlite_master WHERE type='table' AND substr(name,1,1) != '_'`;
const INDEX_COUNT = `SELECT COUNT(*) FROM sqlite_master WHERE type='index' AND name LIKE 'idx_%'`;

const files = readMigrations();

describe('the migration files', () => {
  test.each([
    ['001_initial_schema.sql', 5, 15],
    ['002_length_constraints.sql', 5, 15],
    ['003_users.sql', 7, 17],
    ['004_provider_keys.sql', 9, 21],
    ['005_user_enhancements.sql', 9, 25],
    ['006_user_audit_log.sql', 10, 29],
    ['008_agents.sql', 11, 32],
  ])('after %s the database holds %i tables and %i indexes', (file, tables, indexes) => {
    using database = migratedDatabase({ last: Number(file.slice(0, 3)) });
    const count = (query: string) => database.connection.prepare(query).pluck().get();
    expect([count(TABLE_COUNT), count(INDEX_COUNT)]).toEqual([tables, indexes]);
  });

  test('are those, and four for what the services and the server store; 007 is reserved', () => {
    expect(files.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12]);
  });

  test.each(files)('$file says why, what it adds, rewrites and locks, and how to undo it', ({ file, sql }) => {
    const [name, ...lines] = sql.split('\n');
    const header = lines.slice(
      0,
      lines.findIndex((line) => !line.startsWith('-- ')),
    );
    expect(name).toBe(`-- ${file.replace('.sql', '')}`);
    expect(header.flatMap((line) => /^-- ([A-Z]\w+): +\S/.exec(line)?.[1] ?? [])).toEqual([
      'Why',
      'Adds',
      'Rewrites',
      'Locks',
      'Undo',
    ]);
  });

  test.each(files)('$file names above each index the query that it serves', ({ sql }) => {
    const lines = sql.split('\n');
    const undescribed = lines.filter(
      (line, index) => /^CREATE (UNIQUE )?INDEX/.test(line) && !/^-- \S.*\.$/.test(lines[index - 1] ?? ''),
    );
    expect(undescribed).toEqual([]);
  });
});

describe('the schema', () => {
  using database = migratedDatabase();
  const { tables } = readStructure(database.connection);

  test.each(tables)('$name is STRICT', ({ strict }) => {
    expect(strict).toBe(true);
  });

  test.each(tables)('$name finds the rows of each foreign key by an index', ({ foreignKeys, indexes }) => {
    const unindexed = foreignKeys.filter(({ columns }) => !indexes.some((index) => servesKey(index, columns)));
    expect(unindexed).toEqual([]);
  });

  test.each(tables)('$name has no index that another one makes needless', ({ indexes }) => {
    const needless = indexes.filter((index) => indexes.some((other) => other !== index && covers(other, index)));
    expect(needless).toEqual([]);
  });

  test('refers to tables and columns that exist', () => {
    const columnsOf = (name: string) =>
      tables.find((table) => table.name === name)?.columns.map((column) => column.name);
    const dangling = tables.flatMap(({ foreignKeys }: TableStructure) =>
      foreignKeys.filter(({ table, references }) => !references.every((column) => columnsOf(table)?.includes(column))),
    );
    expect(dangling).toEqual([]);
  });
});

/** A partial index serves only if its condition follows from `column = ?`. */
function servesKey({ columns, where }: IndexStructure, key: readonly string[]): boolean {
  const leads = key.every((column, position) => columns[position]?.expression === column);
  return leads && (where === null || where === `${key[0]} is not null`);
}

/** Whether `other` begins with all of `index`, over the same rows. */
function covers(other: IndexStructure, index: IndexStructure): boolean {
  const begins = index.columns.every(
    (column, position) => JSON.stringify(column) === JSON.stringify(other.columns[position]),
  );
  const needed = index.unique && !(other.unique && other.columns.length === index.columns.length);
  return begins && other.where === index.where && !needed;
}
