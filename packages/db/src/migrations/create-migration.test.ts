import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InvalidMigrationNameError, NoMigrationFolderError, createMigration } from './create-migration.ts';
import { folderWith, migrationText } from './migration-files.fixture.ts';
import { readMigrations } from './read-migrations.ts';

const LONG = 'a'.repeat(201);
const SQL = 'CREATE TABLE t (x INTEGER) STRICT;\n';

describe('createMigration', () => {
  test('makes a file for each engine, of one number, with the header that a migration must have', () => {
    using folder = folderWith({ '001_a.sql': migrationText('001_a.sql', SQL) });
    const { file, postgresFile } = createMigration({ name: 'add_team_budgets', folder: folder.path });
    expect(file).toBe(join(folder.path, '002_add_team_budgets.sql'));
    expect(postgresFile).toBe(join(folder.path, 'postgres/002_add_team_budgets.sql'));
    for (const path of [file, postgresFile]) {
      expect(readFileSync(path, 'utf8')).toBe(
        [
          '-- 002_add_team_budgets',
          '-- Why:',
          '-- Adds:',
          '-- Rewrites: nothing',
          '-- Locks:    none',
          '-- Undo:     restore the backup taken before migrating.',
          '\n',
        ].join('\n'),
      );
    }
  });

  test('makes what is refused until somebody filled it in, and then taken', () => {
    using folder = folderWith({});
    const { file, postgresFile } = createMigration({ name: 'first', folder: folder.path });
    const made = [
      ['sqlite', file, SQL],
      ['postgres', postgresFile, 'CREATE TABLE t (x bigint);\n'],
    ] as const;
    for (const [engine, path, sql] of made) {
      const read = () => readMigrations(engine, dirname(path));
      expect(read).toThrow('the header has no `-- Why:` at its place');
      const filled = readFileSync(path, 'utf8').replace('-- Why:', '-- Why: a test').replace('-- Adds:', '-- Adds: t');
      writeFileSync(path, filled);
      expect(read).toThrow('Migration 001_first.sql: it holds no statement.');
      writeFileSync(path, filled + sql);
      expect(read().map((migration) => migration.file)).toEqual(['001_first.sql']);
    }
  });

  test.each([
    [[], '001'],
    [['001_a.sql', '002_b.sql'], '003'],
    [['006_f.sql'], '008'],
    [['006_f.sql', '008_h.sql'], '009'],
    [['099_z.sql'], '100'],
    [['README.md', '4_d.sql', '003_c.sql'], '004'],
  ])('after %j takes number %s', (files, number) => {
    using folder = folderWith(Object.fromEntries(files.map((file) => [file, ''])));
    const { file, postgresFile } = createMigration({ name: 'next', folder: folder.path });
    expect([basename(file), basename(postgresFile)]).toEqual([`${number}_next.sql`, `${number}_next.sql`]);
  });

  test('takes a number that no file of either engine has', () => {
    using folder = folderWith({ '001_a.sql': '' });
    mkdirSync(join(folder.path, 'postgres'));
    writeFileSync(join(folder.path, 'postgres/002_b.sql'), '');
    const { file, postgresFile } = createMigration({ name: 'next', folder: folder.path });
    expect([basename(file), basename(postgresFile)]).toEqual(['003_next.sql', '003_next.sql']);
  });

  test.each([
    ['missing', (path: string) => `The folder ${path} does not exist.`],
    ['001_a.sql', (path: string) => `${path} is not a folder.`],
  ])('refuses a folder that is none: %s', (name, message) => {
    using folder = folderWith({ '001_a.sql': '' });
    const path = join(folder.path, name);
    const create = () => createMigration({ name: 'next', folder: path });
    expect(create).toThrow(NoMigrationFolderError);
    expect(create).toThrow(message(path));
  });

  test.each(['', 'Add', 'add team', 'add-team', '_add', 'add_', 'add__team', '../add', 'añadir', 'add.sql', LONG])(
    'refuses the name %j, and makes nothing',
    (name) => {
      using folder = folderWith({});
      const create = () => createMigration({ name, folder: folder.path });
      expect(create).toThrow(InvalidMigrationNameError);
      expect(create).toThrow(`${JSON.stringify(name)} is not a name for a migration.`);
      expect(readdirSync(folder.path)).toEqual([]);
    },
  );
});
