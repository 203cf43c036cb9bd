import { describe, expect, test } from 'vitest';
import { lintMigration } from './lint-migration.ts';
import { FIRST_LINE, migrationText } from './migration-files.fixture.ts';
import { InvalidMigrationFileError } from './migration-errors.ts';

const FILE = '009_next.sql';
const TABLE = 'CREATE TABLE t (x INTEGER) STRICT;';

function lint(sql: string): void {
  lintMigration(FILE, migrationText(FILE, sql));
}

/** A statement that is refused, and how the sentence goes on after the place. */
const REFUSED: readonly [string, string][] = [
  ['BEGIN;', 'BEGIN is not allowed: the runner opens the transaction; one in the file would end it half-way.'],
  ['begin immediate transaction;', 'BEGIN is not allowed'],
  ['COMMIT;', 'COMMIT is not allowed: the runner ends the transaction; what follows would not be undone.'],
  ['END TRANSACTION;', 'END is not allowed'],
  ['ROLLBACK;', 'ROLLBACK is not allowed'],
  ['SAVEPOINT s;', 'SAVEPOINT is not allowed'],
  ['RELEASE s;', 'RELEASE is not allowed'],
  [
    'PRAGMA foreign_keys = OFF;',
    'PRAGMA is not allowed: inside a transaction many settings are ignored without a word.',
  ],
  ['/* quietly */ pragma writable_schema=1;', 'PRAGMA is not allowed'],
  ["ATTACH 'other.db' AS o;", 'ATTACH is not allowed: a migration changes one database.'],
  ['DETACH o;', 'DETACH is not allowed'],
  ['VACUUM;', 'VACUUM is not allowed: it cannot run inside a transaction.'],
  ['ANALYZE;', 'ANALYZE is not allowed: its statistics are tables of their own.'],
  [
    'INSERT OR IGNORE INTO t VALUES (1);',
    'OR IGNORE is not allowed: it hides rows that break a NOT NULL or a CHECK; write ON CONFLICT (…) DO NOTHING.',
  ],
  ['UPDATE or ignore t SET x = 1;', 'OR IGNORE is not allowed'],
  [
    'INSERT OR/**/REPLACE INTO t VALUES (1);',
    'OR REPLACE is not allowed: it deletes rows, and the rows that refer to them; write ON CONFLICT (…) DO UPDATE.',
  ],
  ['REPLACE INTO t VALUES (1);', 'REPLACE INTO is not allowed'],
  ['WITH one AS (SELECT 1) REPLACE INTO t SELECT * FROM one;', 'REPLACE INTO is not allowed'],
  ['CREATE TRIGGER g AFTER INSERT ON t BEGIN REPLACE INTO t VALUES (1); END;', 'REPLACE INTO is not allowed'],
  ['CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT OR IGNORE INTO t VALUES (1); END;', 'OR IGNORE is not allowed'],
  [
    'CREATE TABLE IF NOT EXISTS u (x INTEGER) STRICT;',
    'IF NOT EXISTS is not allowed: it hides a different table of that name.',
  ],
  ['CREATE INDEX IF NOT EXISTS i ON t (x);', 'IF NOT EXISTS is not allowed'],
  ['DROP TABLE IF EXISTS t;', 'IF EXISTS is not allowed: it hides that something is missing.'],
  [
    'CREATE TABLE u (x INTEGER);',
    'CREATE TABLE u is not allowed: a table that is not STRICT takes any value in any column.',
  ],
  ['CREATE TABLE u (x INTEGER) WITHOUT ROWID;', 'CREATE TABLE u is not allowed'],
  ['CREATE TABLE strict (x INTEGER CHECK (x > 0));', 'CREATE TABLE strict is not allowed'],
  ['CREATE TABLE main.u (x INTEGER);', 'CREATE TABLE u is not allowed'],
  ['CREATE TABLE u AS SELECT 1 AS x FROM (SELECT 1) strict;', 'CREATE TABLE u is not allowed'],
  ['CREATE TEMP TABLE u (x INTEGER) STRICT;', 'CREATE TEMP is not allowed: it is gone at the end.'],
  ['CREATE TEMPORARY VIEW v AS SELECT 1;', 'CREATE TEMP is not allowed'],
  [
    'CREATE TABLE u (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;',
    'AUTOINCREMENT is not allowed: its counter is a table of its own.',
  ],
  [
    'CREATE TABLE _migration_009_completed (applied_at INTEGER NOT NULL) STRICT;',
    '_migration_009_completed is not allowed: the runner leaves the guard of a migration itself.',
  ],
  ['DROP TABLE "_Migration_001_Completed";', '_migration_001_completed is not allowed'],
];

/** The table is rebuilt by renaming the old one first; children would refer to it under its new name. */
const RENAMES_FIRST: readonly string[] = [
  'ALTER TABLE t RENAME TO t_old; CREATE TABLE t (x INTEGER) STRICT;',
  'ALTER TABLE main.t RENAME TO t_old; CREATE TABLE main."T" (x INTEGER) STRICT;',
  'ALTER TABLE [t] RENAME TO t_old; CREATE TABLE `t` (x INTEGER) STRICT;',
  'ALTER TABLE t RENAME TO t_old; CREATE TABLE t_new (x INTEGER) STRICT; ALTER TABLE t_new RENAME TO t;',
];

/** Statements that look like what is refused, and are not. */
const ALLOWED: readonly string[] = [
  TABLE,
  'CREATE TABLE u (x INTEGER PRIMARY KEY) STRICT, WITHOUT ROWID;',
  'CREATE TABLE u (x INTEGER, y INTEGER AS (x + 1)) STRICT;',
  'CREATE TABLE u (x TEXT CHECK (x IN (SELECT 1))) WITHOUT ROWID, strict;',
  'CREATE TABLE "pragma" ("commit" INTEGER, begin INTEGER, end INTEGER) STRICT;',
  "INSERT INTO t VALUES ('PRAGMA; BEGIN; INSERT OR IGNORE');",
  '-- PRAGMA foreign_keys = OFF\nUPDATE t SET x = 1; /* OR REPLACE */',
  "UPDATE t SET x = replace(x, 'a', 'b');",
  'INSERT INTO t VALUES (1) ON CONFLICT (x) DO NOTHING;',
  'CREATE VIRTUAL TABLE f USING fts5(x);',
  "CREATE TRIGGER g BEFORE INSERT ON t WHEN EXISTS (SELECT 1) BEGIN SELECT RAISE(ABORT, 'no'); END;",
  'CREATE TABLE t_new (x INTEGER) STRICT; INSERT INTO t_new SELECT * FROM t; DROP TABLE t; ALTER TABLE t_new RENAME TO t;',
  'CREATE TABLE n (x INTEGER) STRICT; ALTER TABLE n RENAME TO t; CREATE TABLE n (x INTEGER) STRICT; ALTER TABLE n RENAME TO u;',
  'ALTER TABLE t RENAME COLUMN x TO y; CREATE TABLE x (y INTEGER) STRICT;',
];

describe('a migration file must not hold', () => {
  test.each(REFUSED)('%s', (statement, sentence) => {
    const sql = `${TABLE}\n\n${statement}\n${TABLE}`;
    expect(() => lint(sql)).toThrow(InvalidMigrationFileError);
    expect(() => lint(sql)).toThrow(`Migration ${FILE}, line ${FIRST_LINE + 2}: ${sentence}`);
  });

  test.each(RENAMES_FIRST)('a table rebuilt from behind: %s', (sql) => {
    expect(() => lint(sql)).toThrow(
      `Migration ${FILE}, line ${FIRST_LINE}: a new t after renaming the old one is not allowed: ` +
        'make the new table under another name, copy, drop the old one, rename the new one.',
    );
  });

  test.each(['', '\n\n', '-- nothing yet\n'])('nothing: %j', (sql) => {
    expect(() => lint(sql)).toThrow(`Migration ${FILE}: it holds no statement.`);
  });
});

describe('a migration file may hold', () => {
  test.each(ALLOWED)('%s', (sql) => {
    expect(() => lint(sql)).not.toThrow();
  });
});

describe('the header of a migration file', () => {
  const text = migrationText(FILE, TABLE);

  test('names the file in its first line', () => {
    const expected = `Migration ${FILE}, line 1: the first line is not \`-- 009_next\`.`;
    expect(() => lintMigration(FILE, text.replace('009_next', '009_other'))).toThrow(expected);
    expect(() => lintMigration(FILE, `\n${text}`)).toThrow(expected);
    expect(() => lintMigration(FILE, '')).toThrow(expected);
  });

  test.each(['Why', 'Adds', 'Rewrites', 'Locks', 'Undo'])('says %s', (word) => {
    const expected = `Migration ${FILE}, line 1: the header has no \`-- ${word}:\` at its place.`;
    const line = new RegExp(`^-- ${word}:.*\n`, 'm');
    expect(() => lintMigration(FILE, text.replace(line, ''))).toThrow(expected);
    expect(() => lintMigration(FILE, text.replace(line, `-- ${word}:   \n`))).toThrow(expected);
    expect(() => lintMigration(FILE, text.replace(line, '') + `\n-- ${word}: too late`)).toThrow(expected);
  });

  test('says it in order, and the hint names that order', () => {
    const swapped = text.replace('-- Why: a test\n-- Adds: what it says', '-- Adds: what it says\n-- Why: a test');
    expect(() => lintMigration(FILE, swapped)).toThrow(
      expect.objectContaining({ hint: 'It says, in this order: Why: Adds: Rewrites: Locks: Undo:' }),
    );
  });

  test('may say more, over several lines', () => {
    const longer = migrationText(FILE, TABLE, 'Shrinks: t', '  because it is full of nonsense');
    expect(() => lintMigration(FILE, longer)).not.toThrow();
  });
});
