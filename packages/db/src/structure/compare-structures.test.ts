import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { compareStructures } from './compare-structures.ts';
import { type DatabaseStructure, readStructure } from './read-structure.ts';

const BASE = `
  CREATE TABLE parents (id INTEGER PRIMARY KEY, code TEXT UNIQUE) STRICT;
  CREATE TABLE children (
    id INTEGER PRIMARY KEY,
    parent_id INTEGER NOT NULL REFERENCES parents (id) ON DELETE CASCADE,
    name TEXT NOT NULL DEFAULT 'x' CHECK (length(name) > 0),
    born INTEGER,
    CONSTRAINT born_late CHECK (born > 1000)
  ) STRICT;
  CREATE UNIQUE INDEX idx_name ON children (name COLLATE NOCASE, born DESC);
  CREATE INDEX idx_born ON children (coalesce(born, 0)) WHERE born IS NOT NULL;
  CREATE TRIGGER no_update BEFORE UPDATE ON children BEGIN SELECT RAISE(ABORT, 'no'); END;
  CREATE VIEW names AS SELECT name FROM children;
  CREATE TRIGGER no_insert INSTEAD OF INSERT ON names BEGIN SELECT RAISE(ABORT, 'no'); END;
`;

function structureOf(sql: string): DatabaseStructure {
  const connection = new Database(':memory:');
  connection.exec(sql);
  const structure = readStructure(connection);
  connection.close();
  return structure;
}

function differences(one: string, other: string): string[] {
  return compareStructures(structureOf(one), structureOf(other)).map(({ message }) => message);
}

/** What is found when `BASE` is built with one text replaced by another. */
function differencesWhen(replaced: string, by: string): string[] {
  expect(BASE).toContain(replaced);
  return differences(BASE, BASE.replace(replaced, by));
}

describe('compareStructures() finds', () => {
  test.each([
    ['a table without STRICT', 'code TEXT UNIQUE) STRICT', 'code TEXT UNIQUE)', ['table parents is not STRICT']],
    [
      'a table without a rowid',
      'TEXT UNIQUE) STRICT',
      'TEXT UNIQUE) STRICT, WITHOUT ROWID',
      ['table parents is WITHOUT ROWID', 'table parents: PRIMARY KEY (id BINARY) should not be there'],
    ],
    [
      'a missing column',
      'born INTEGER,',
      'born INTEGER, died INTEGER,',
      ['table children: column died should not be there'],
    ],
    ['another type', 'code TEXT', 'code BLOB', ['table parents: column code: type is BLOB instead of TEXT']],
    ['a column that may be NULL', 'name TEXT NOT NULL', 'name TEXT', ['table children: column name is nullable']],
    [
      'a column that may not be NULL',
      'born INTEGER',
      'born INTEGER NOT NULL',
      ['table children: column born is not nullable'],
    ],
    ['another default', `DEFAULT 'x'`, `DEFAULT 'X'`, [`table children: column name: default is 'X' instead of 'x'`]],
    ['a missing default', `DEFAULT 'x'`, '', [`table children: column name: default is none instead of 'x'`]],
    [
      'another collation',
      `'x' CHECK`,
      `'x' COLLATE RTRIM CHECK`,
      ['table children: column name: collation is RTRIM instead of BINARY'],
    ],
    [
      'a generated column',
      'born INTEGER,',
      'born INTEGER AS (id + 1),',
      ['table children: column born: generated value is id + 1 virtual instead of none'],
    ],
    [
      'no primary key',
      'parents (id INTEGER PRIMARY KEY,',
      'parents (id INTEGER NOT NULL UNIQUE,',
      [
        'table parents: column id: place in the primary key is 0 instead of 1',
        'table parents: UNIQUE (id BINARY) should not be there',
      ],
    ],
    ['a missing UNIQUE', 'code TEXT UNIQUE', 'code TEXT', ['table parents: UNIQUE (code BINARY) is missing']],
    [
      'another action of a foreign key',
      'ON DELETE CASCADE',
      'ON UPDATE CASCADE',
      [
        'table children: foreign key (parent_id) to parents (id): ON UPDATE is CASCADE instead of NO ACTION',
        'table children: foreign key (parent_id) to parents (id): ON DELETE is NO ACTION instead of CASCADE',
      ],
    ],
    [
      'a foreign key to elsewhere',
      'REFERENCES parents (id)',
      'REFERENCES children (id)',
      [
        'table children: foreign key (parent_id) to parents (id) is missing',
        'table children: foreign key (parent_id) to children (id) should not be there',
      ],
    ],
    [
      'a deferred foreign key',
      'ON DELETE CASCADE',
      'ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED',
      ['table children: clause parent_id: deferrable initially deferred should not be there'],
    ],
    [
      'a conflict clause',
      'code TEXT UNIQUE',
      'code TEXT UNIQUE ON CONFLICT REPLACE',
      ['table parents: clause code: on conflict replace should not be there'],
    ],
    [
      'AUTOINCREMENT',
      'PRIMARY KEY, code',
      'PRIMARY KEY AUTOINCREMENT, code',
      ['table parents: clause id: autoincrement should not be there'],
    ],
    [
      'another CHECK of a column',
      'length(name) > 0',
      'length(name) > 1',
      [
        'table children: CHECK (length (name) > 0) is missing',
        'table children: CHECK (length (name) > 1) should not be there',
      ],
    ],
    [
      'another name of a constraint',
      'CONSTRAINT born_late',
      'CONSTRAINT late',
      [
        'table children: constraint born_late: CHECK (born > 1000) is missing',
        'table children: constraint late: CHECK (born > 1000) should not be there',
      ],
    ],
    ['an index that is not unique', 'UNIQUE INDEX', 'INDEX', ['table children: index idx_name is not unique']],
    [
      'another collation of an index',
      'name COLLATE NOCASE,',
      'name,',
      ['table children: index idx_name: key is name BINARY, born BINARY DESC instead of name NOCASE, born BINARY DESC'],
    ],
    [
      'another direction of an index',
      'born DESC',
      'born',
      ['table children: index idx_name: key is name NOCASE, born BINARY instead of name NOCASE, born BINARY DESC'],
    ],
    [
      'another expression of an index',
      'coalesce(born, 0)',
      'coalesce(born, 1)',
      ['table children: index idx_born: key is coalesce (born, 1) BINARY instead of coalesce (born, 0) BINARY'],
    ],
    [
      'another condition of an index',
      'WHERE born IS NOT NULL',
      '',
      ['table children: index idx_born: condition is none instead of born is not null'],
    ],
    [
      'another name of an index',
      'idx_born',
      'idx_birth',
      ['table children: index idx_born is missing', 'table children: index idx_birth should not be there'],
    ],
    [
      'another trigger',
      `BEFORE UPDATE ON children BEGIN SELECT RAISE(ABORT, 'no')`,
      `BEFORE UPDATE ON children BEGIN SELECT RAISE(ABORT, 'never')`,
      ['table children: trigger no_update: text is not as expected'],
    ],
    [
      'another view',
      'SELECT name FROM children;\n',
      'SELECT id FROM children;\n',
      [
        'view names: text is create view names as select id from children instead of create view names as select name from children',
      ],
    ],
  ])('%s', (_, replaced, by, expected) => {
    expect(differencesWhen(replaced, by)).toEqual(expected);
  });
});

describe('compareStructures()', () => {
  test('finds columns in another order, but does not blame the order for a column that is missing', () => {
    const abc = 'CREATE TABLE t (a, b, c)';
    expect(differences(abc, 'CREATE TABLE t (a, c, b)')).toEqual([
      'table t: order is column a, column c, column b instead of column a, column b, column c',
    ]);
    expect(differences(abc, 'CREATE TABLE t (b, c)')).toEqual(['table t: column a is missing']);
  });

  test('names a table that is missing or too much, without its parts', () => {
    const other = 'CREATE TABLE other (id INTEGER PRIMARY KEY, at INTEGER); CREATE INDEX idx_at ON other (at);';
    expect(differences(BASE + other, BASE)).toEqual(['table other is missing']);
    expect(differences(BASE, BASE + other)).toEqual(['table other should not be there']);
  });

  test('gives object, path and both values for programs', () => {
    const found = compareStructures(structureOf(BASE), structureOf(BASE.replace('born INTEGER', 'born TEXT')));
    expect(found).toEqual([
      {
        object: 'table children',
        path: 'column born: type',
        expected: 'INTEGER',
        actual: 'TEXT',
        message: 'table children: column born: type is TEXT instead of INTEGER',
      },
    ]);
  });

  test('finds what DROP TABLE takes along: indexes and triggers', () => {
    const rebuild = `
      CREATE TABLE children_new (
        id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parents (id) ON DELETE CASCADE,
        name TEXT NOT NULL DEFAULT 'x' CHECK (length(name) > 0), born INTEGER, CONSTRAINT born_late CHECK (born > 1000)
      ) STRICT;
      DROP VIEW names; DROP TABLE children; ALTER TABLE children_new RENAME TO children;
      CREATE VIEW names AS SELECT name FROM children;
      CREATE TRIGGER no_insert INSTEAD OF INSERT ON names BEGIN SELECT RAISE(ABORT, 'no'); END;`;
    expect(differences(BASE, BASE + rebuild)).toEqual([
      'table children: index idx_born is missing',
      'table children: index idx_name is missing',
      'table children: trigger no_update is missing',
    ]);
  });
});
