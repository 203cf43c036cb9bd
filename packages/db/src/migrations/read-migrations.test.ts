import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type MigrationFiles, folderWith, migrationText } from './migration-files.fixture.ts';
import { InvalidMigrationFileError } from './migration-errors.ts';
import { MIGRATIONS_FOLDER } from './migrations-folder.ts';
import { type Migration, nextFreeNumber, readMigrations } from './read-migrations.ts';

const SQL = 'CREATE TABLE t (x INTEGER) STRICT;';

/** Reads a folder that holds these files, each with a header and some SQL, unless it has a text of its own. */
function read(...files: readonly (string | MigrationFiles)[]): Migration[] {
  const texts = files.map((file): MigrationFiles =>
    typeof file === 'string' ? { [file]: migrationText(file, SQL) } : file,
  );
  using folder = folderWith(texts.reduce((all, text) => ({ ...all, ...text }), {}));
  return readMigrations('sqlite', folder.path);
}

describe('readMigrations', () => {
  test("finds Iron's own, in order, with the SHA-256 of each file", () => {
    const migrations = readMigrations();
    expect(migrations.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12]);
    for (const { file, checksum } of migrations) {
      const text = readFileSync(join(MIGRATIONS_FOLDER, file));
      expect([file, checksum]).toEqual([file, createHash('sha256').update(text).digest('hex')]);
    }
  });

  test('goes from 006 on to 008, and from 009 to 010', () => {
    const names = ['001_a', '002_b', '003_c', '004_d', '005_e', '006_f', '008_h', '009_i', '010_j'];
    expect(read(...names.map((name) => `${name}.sql`)).map(({ number }) => number)).toEqual([
      1, 2, 3, 4, 5, 6, 8, 9, 10,
    ]);
    expect(nextFreeNumber(6)).toBe(8);
  });

  test('gives a file with the line ends of Windows the same checksum', () => {
    const text = migrationText('001_a.sql', SQL);
    const [plain] = read({ '001_a.sql': text });
    const [windows] = read({ '001_a.sql': text.replaceAll('\n', '\r\n') });
    expect(windows).toEqual(plain);
  });

  test('gives another text another checksum, be it by one space', () => {
    const [one] = read({ '001_a.sql': migrationText('001_a.sql', SQL) });
    const [other] = read({ '001_a.sql': migrationText('001_a.sql', `${SQL} `) });
    expect(other?.checksum).not.toBe(one?.checksum);
  });

  test('takes what is not called *.sql for no migration', () => {
    expect(read('001_a.sql', { 'README.md': 'Read me', '002_b.sql.bak': 'old', '.gitkeep': '' })).toHaveLength(1);
  });

  test.each([
    ['of one table', ['Shrinks: users'], ['users']],
    ['of several', ['Shrinks: users, agents'], ['users', 'agents']],
    ['in several lines', ['Shrinks: users', 'Shrinks: agents'], ['users', 'agents']],
    ['of nothing', ['Shrinks: nothing'], []],
    ['not at all', [], []],
  ])('reads the loss that a header declares: %s', (_, header, shrinks) => {
    const [migration] = read({ '001_a.sql': migrationText('001_a.sql', SQL, ...header) });
    expect(migration?.shrinks).toEqual(shrinks);
  });

  test('does not take for a header what stands further down', () => {
    const [migration] = read({ '001_a.sql': migrationText('001_a.sql', `${SQL}\n-- Shrinks: users\n`) });
    expect(migration?.shrinks).toEqual([]);
  });
});

describe('readMigrations refuses', () => {
  const six = ['001_a.sql', '002_b.sql', '003_c.sql', '004_d.sql', '005_e.sql', '006_f.sql'];

  test.each<[string, readonly string[], string]>([
    ['a number left out', ['001_a.sql', '003_c.sql'], 'Migration 003_c.sql: migration 002 is missing before it.'],
    ['no first number', ['002_b.sql'], 'Migration 002_b.sql: migration 001 is missing before it.'],
    ['a number used twice', ['001_a.sql', '001_b.sql'], 'Migration 001_b.sql: the number 001 is used twice.'],
    ['number 000', ['000_a.sql', '001_b.sql'], 'Migration 000_a.sql: numbers begin with 001.'],
    [
      'number 007',
      [...six, '007_g.sql'],
      'Migration 007_g.sql: the number 007 is not free, it is reserved: other editions of Iron use it.',
    ],
    ['number 009 without 008', [...six, '009_i.sql'], 'Migration 009_i.sql: migration 008 is missing before it.'],
    ...['1_a.sql', '0001_a.sql', 'a.sql', '001a.sql', '001_.sql', '001_A.sql', '001_a b.sql', '001-a.sql', '.sql'].map(
      (name): [string, readonly string[], string] => [
        `the name ${name}`,
        [name],
        `Migration ${name}: the name is not three digits, _ and lower-case words.`,
      ],
    ),
  ])('%s', (_, files, message) => {
    expect(() => read(...files)).toThrow(InvalidMigrationFileError);
    expect(() => read(...files)).toThrow(message);
  });

  test('number 007, and says what to do', () => {
    expect(() => read('007_g.sql')).toThrow(
      expect.objectContaining({ code: 'migration.invalid_file', hint: 'Use the next free number.' }),
    );
  });
});
