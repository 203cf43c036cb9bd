import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { type DatabaseStructure, omitTables, readStructure } from './read-structure.ts';

function structureOf(sql: string): DatabaseStructure {
  const connection = new Database(':memory:');
  connection.exec(sql);
  const structure = readStructure(connection);
  connection.close();
  return structure;
}

describe('readStructure()', () => {
  test.each([
    [
      'a table was renamed',
      'CREATE TABLE t (id INTEGER PRIMARY KEY, p INTEGER REFERENCES t (id), CHECK (id > p)); CREATE INDEX i ON t (p);',
      `CREATE TABLE old (id INTEGER PRIMARY KEY, p INTEGER REFERENCES old (id), CHECK (id > p));
       CREATE INDEX i ON old (p); ALTER TABLE old RENAME TO t;`,
    ],
    [
      'a column was renamed',
      'CREATE TABLE t (a TEXT CHECK (length(a) > 1)); CREATE INDEX i ON t (lower(a)) WHERE a > 1;',
      'CREATE TABLE t (z TEXT CHECK (length(z) > 1)); CREATE INDEX i ON t (lower(z)) WHERE z > 1; ALTER TABLE t RENAME z TO a;',
    ],
    ['names are quoted', 'CREATE TABLE t (a INTEGER CHECK (a > 1))', 'CREATE TABLE "t" ([a] integer check ("a">1))'],
    ['there are comments', 'CREATE TABLE t (a, b)', 'CREATE TABLE t (a, -- first, CHECK (x)\n b /* last */)'],
    [
      'a column was added later',
      'CREATE TABLE t (a, b TEXT CHECK (b > 1))',
      'CREATE TABLE t (a); ALTER TABLE t ADD COLUMN b TEXT CHECK (b > 1);',
    ],
    [
      'a constraint was added later',
      'CREATE TABLE t (a, CONSTRAINT c CHECK (a IN (1, 2)))',
      'CREATE TABLE t (a); ALTER TABLE t ADD CONSTRAINT c CHECK (a in (1,2));',
    ],
    [
      'a key stands behind the columns',
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a UNIQUE)',
      'CREATE TABLE t (id INTEGER, a, PRIMARY KEY (id), UNIQUE (a))',
    ],
    [
      'parts were made in another order',
      'CREATE TABLE t (a, b); CREATE INDEX i ON t (a); CREATE INDEX j ON t (b)',
      'CREATE TABLE t (a, b); CREATE INDEX j ON t (b); CREATE INDEX i ON t (a)',
    ],
    [
      'a foreign key names no column',
      'CREATE TABLE t (id INTEGER PRIMARY KEY, p REFERENCES t (id))',
      'CREATE TABLE t (id INTEGER PRIMARY KEY, p REFERENCES t)',
    ],
  ])('gives the same where %s', (_, one, other) => {
    expect(structureOf(other)).toEqual(structureOf(one));
  });

  test("leaves out SQLite's own tables, and only those", () => {
    const { tables } = structureOf(`
      CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); CREATE TABLE sqliteX (a); CREATE INDEX i ON sqliteX (a);
      INSERT INTO t DEFAULT VALUES; ANALYZE;`);
    expect(tables.map(({ name }) => name)).toEqual(['sqliteX', 't']);
  });

  test('is plain data that survives JSON', () => {
    const structure = structureOf(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE CHECK (a > 1)); CREATE VIEW v AS SELECT a FROM t',
    );
    expect(JSON.parse(JSON.stringify(structure))).toEqual(structure);
  });

  test('does not mistake a column for a constraint, or text for syntax', () => {
    const [table] = structureOf(
      `CREATE TABLE t ("check" TEXT, 'unique' TEXT DEFAULT 'a, CHECK (b', c TEXT CHECK (c <> ') CHECK (d)'))`,
    ).tables;
    expect(table?.columns.map(({ name }) => name)).toEqual(['check', 'unique', 'c']);
    expect(table?.checks).toEqual([{ name: null, expression: "c <> ') CHECK (d)'" }]);
  });

  test('finds the triggers of a table however they spell its name', () => {
    const { tables } = structureOf('CREATE TABLE t (a); CREATE TRIGGER tr AFTER DELETE ON T BEGIN SELECT 1; END');
    expect(tables[0]?.triggers.map(({ name }) => name)).toEqual(['tr']);
  });

  test('tells tables apart whose names begin with a capital that is not of ASCII', () => {
    const { tables } = structureOf('CREATE TABLE "Écran" (a); CREATE TABLE "Ärger" (b, c);');
    expect(tables.map(({ name, columns }) => [name, columns.length])).toEqual([
      ['Ärger', 2],
      ['Écran', 1],
    ]);
  });

  test('works within a transaction and on names that need quotes', () => {
    const connection = new Database(':memory:');
    connection.exec(
      `BEGIN IMMEDIATE; CREATE TABLE "a ""b" ("c d" TEXT COLLATE NOCASE); CREATE INDEX "i '" ON "a ""b" ("c d")`,
    );
    expect(readStructure(connection).tables[0]).toMatchObject({
      name: 'a "b',
      columns: [{ name: 'c d', collation: 'NOCASE' }],
      indexes: [{ name: "i '", columns: [{ expression: 'c d', collation: 'NOCASE' }] }],
    });
    expect(connection.inTransaction).toBe(true);
    connection.close();
  });
});

test('omitTables() leaves out a table with all that hangs on it', () => {
  const structure = structureOf('CREATE TABLE a (x); CREATE INDEX i ON a (x); CREATE TABLE b (y)');
  expect(omitTables(structure, (name) => name === 'a')).toEqual(structureOf('CREATE TABLE b (y)'));
});
