import { describe, expect, test } from 'vitest';
import { alteredDatabase } from './altered-database.fixture.ts';
import { applyAllMigrations } from './apply-all-migrations.ts';
import { guardTableName } from './guard-table.ts';
import { ironMigrations } from './migration-files.fixture.ts';

const RESTORE_OR_RESET =
  'Restore a backup with `iron db restore --last`, or, for a development database, make it anew with `iron db reset`.';

/** How a database was altered by hand, and what is found. */
const PARTIAL: readonly [string, string, string][] = [
  [
    'a table of 001 is gone',
    'DROP TABLE token_usage',
    'guard _migration_001_completed is there, but table token_usage is missing',
  ],
  [
    'the table of 008 is gone',
    'DROP TABLE agents',
    'guard _migration_008_completed is there, but table agents is missing',
  ],
  [
    'a table has another name',
    'ALTER TABLE agents RENAME TO bots',
    'guard _migration_008_completed is there, but table agents is missing',
  ],
  [
    'the guard of 003 is gone',
    'DROP TABLE _migration_003_completed',
    'table token_blacklist is there, but guard _migration_003_completed is missing; ' +
      'table users is there, but guard _migration_003_completed is missing',
  ],
  [
    'the newest guard is gone',
    'DROP TABLE _migration_008_completed',
    'table agents is there, but guard _migration_008_completed is missing',
  ],
  [
    'the guard of a migration that makes no table is gone',
    'DROP TABLE _migration_002_completed',
    'what 002_length_constraints.sql does is there, but guard _migration_002_completed is missing',
  ],
  [
    'the guards of two migrations that make no table are gone',
    'DROP TABLE _migration_002_completed; DROP TABLE _migration_005_completed',
    'what 002_length_constraints.sql does is there, but guard _migration_002_completed is missing; ' +
      'what 005_user_enhancements.sql does is there, but guard _migration_005_completed is missing',
  ],
  [
    'a guard has lost its row',
    'DELETE FROM _migration_004_completed',
    'guard _migration_004_completed has no row with a time and a checksum',
  ],
  [
    'a guard was made by hand, as the old guide says',
    `DROP TABLE _migration_004_completed;
     CREATE TABLE _migration_004_completed (applied_at INTEGER NOT NULL);
     INSERT INTO _migration_004_completed VALUES (1750000000000)`,
    'guard _migration_004_completed has no row with a time and a checksum',
  ],
];

describe('a partial state is named, with the way out, when', () => {
  test.each(PARTIAL)('%s', async (_, sql, findings) => {
    using database = await alteredDatabase(sql);
    const before = database.connection.serialize();

    await expect(applyAllMigrations(database)).rejects.toMatchObject({
      code: 'migration.partial',
      message: `:memory: is partly migrated: ${findings}.`,
      findings: findings.split('; '),
      hint: RESTORE_OR_RESET,
    });

    expect(database.connection.serialize()).toEqual(before);
  });

  test('the newest guard of a migration that makes no table is gone', async () => {
    using database = await alteredDatabase('DROP TABLE _migration_002_completed', 2);
    await expect(applyAllMigrations(database)).rejects.toMatchObject({
      code: 'migration.partial',
      findings: ['what 002_length_constraints.sql does is there, but guard _migration_002_completed is missing'],
    });
  });

  test('a pending migration has its guard, but not its tables', async () => {
    using database = await alteredDatabase(
      `CREATE TABLE _migration_003_completed (applied_at INTEGER NOT NULL, checksum TEXT NOT NULL) STRICT;
       INSERT INTO _migration_003_completed VALUES (1750000000000, '${ironMigrations()[2]?.checksum}')`,
      2,
    );
    await expect(applyAllMigrations(database)).rejects.toMatchObject({
      code: 'migration.partial',
      findings: [
        'guard _migration_003_completed is there, but table token_blacklist is missing',
        'guard _migration_003_completed is there, but table users is missing',
      ],
    });
  });

  test('all guards are gone', async () => {
    const drops = ironMigrations().map(({ number }) => `DROP TABLE ${guardTableName(number)}`);
    using database = await alteredDatabase(drops.join(';'));
    await expect(applyAllMigrations(database)).rejects.toThrow(
      ':memory: is partly migrated: table _iron is there, but guard _migration_001_completed is missing; ',
    );
  });
});

/** How a database was altered by hand, and in what it is not as the migrations build it. */
const DRIFTED: readonly [string, string, string][] = [
  ['a table too many', 'CREATE TABLE notes (x INTEGER) STRICT', 'table notes should not be there'],
  ['a view', 'CREATE VIEW names AS SELECT name FROM agents', 'view names should not be there'],
  ['a column too many', 'ALTER TABLE agents ADD COLUMN extra TEXT', 'table agents: column extra should not be there'],
  [
    'a column with another name',
    'ALTER TABLE agents RENAME COLUMN created_at TO born',
    'table agents: column created_at is missing',
  ],
  ['an index less', 'DROP INDEX idx_users_email', 'table users: index idx_users_email is missing'],
  [
    'another index of that name',
    'DROP INDEX idx_users_email; CREATE INDEX idx_users_email ON users (email)',
    'table users: index idx_users_email',
  ],
  [
    'a trigger less',
    'DROP TRIGGER audit_log_refuses_update',
    'table audit_log: trigger audit_log_refuses_update is missing',
  ],
  [
    'a rule less',
    'ALTER TABLE api_tokens DROP CONSTRAINT api_tokens_name_length',
    'table api_tokens: constraint api_tokens_name_length',
  ],
  [
    'a guard with a number of four digits',
    'CREATE TABLE _migration_0002_completed (x INTEGER) STRICT',
    'table _migration_0002_completed should not be there',
  ],
  [
    'a guard without a column',
    'ALTER TABLE _migration_002_completed ADD COLUMN by TEXT',
    'table _migration_002_completed: column by should not be there',
  ],
];

describe('a structure that is not what the migrations build is refused:', () => {
  test.each(DRIFTED)('%s', async (_, sql, difference) => {
    using database = await alteredDatabase(sql);
    const before = database.connection.serialize();

    const [added] = /^(?:table|view) \w+(?= should)/.exec(difference) ?? [];
    const hint =
      added === undefined
        ? `Undo what was altered by hand, or: ${RESTORE_OR_RESET}`
        : `Drop what Iron did not make (${added}), or move it to another schema or database.`;

    const migrating = applyAllMigrations(database);

    await expect(migrating).rejects.toMatchObject({
      code: 'migration.structure_drift',
      hint,
    });
    await expect(migrating).rejects.toThrow(
      `The structure of :memory: is not what the migrations build: ${difference}`,
    );
    expect(database.connection.serialize()).toEqual(before);
  });

  test('the first five differences are told, and how many more there are', async () => {
    const tables = Array.from({ length: 7 }, (_, number) => `CREATE TABLE extra_${number} (x INTEGER) STRICT`);
    using database = await alteredDatabase(tables.join(';'));
    await expect(applyAllMigrations(database)).rejects.toThrow(
      'table extra_3 should not be there; table extra_4 should not be there; and 2 more.',
    );
  });
});
