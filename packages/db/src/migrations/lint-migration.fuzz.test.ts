import { isIronError } from '@iron/errors';
import { cases, FUZZ_TIMEOUT_MS, long, nearly } from '@iron/test-program/fuzz';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lintPostgresMigration } from '../postgres/migrations/lint-postgres-migration.ts';
import { splitPostgresStatements } from '../postgres/migrations/split-postgres-statements.ts';
import { lintMigration } from './lint-migration.ts';
import { readMigrations } from './read-migrations.ts';
import { splitStatements } from './split-statements.ts';

const FILE = '001_odd.sql';
const HEADER = '-- 001_odd\n-- Why: w\n-- Adds: a\n-- Rewrites: r\n-- Locks: l\n-- Undo: u\n';

const LINTS = [
  ['sqlite', lintMigration, splitStatements],
  ['postgres', lintPostgresMigration, splitPostgresStatements],
] as const;

/** Some of the statements of Iron's own migrations. */
function statementsOf(
  engine: 'sqlite' | 'postgres',
  split: (sql: string) => readonly { readonly sql: string }[],
): fc.Arbitrary<string[]> {
  const all = readMigrations(engine).flatMap(({ sql }) => split(sql).map((statement) => statement.sql));
  const short = all.filter((sql) => sql.length < 1_000);
  return fc.array(fc.constantFrom(...short), { minLength: 1, maxLength: 3 });
}

function migrationOf(all: fc.Arbitrary<string[]>): fc.Arbitrary<string> {
  return nearly(
    all.map((some) => HEADER + some.join('\n')),
    4,
  );
}

function lint(check: (file: string, sql: string) => void, sql: string): 'taken' | 'refused' {
  try {
    check(FILE, sql);
    return 'taken';
  } catch (error) {
    if (isIronError(error) && error.code === 'migration.invalid_file') return 'refused';
    throw error;
  }
}

describe.each(LINTS)('any migration of %s', { timeout: FUZZ_TIMEOUT_MS }, (engine, check, split) => {
  const statements = statementsOf(engine, split);
  const migration = migrationOf(statements);

  test('is taken or refused, whatever is wrong with it', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(migration, (sql) => void seen.add(lint(check, sql))),
      cases(1_000),
    );
    expect([...seen].toSorted()).toEqual(['refused', 'taken']);
  });

  test.each(['COMMIT', 'begin', '/* */ RollBack', 'VACUUM', 'SAVEPOINT a'])(
    'is refused wherever %s stands between its statements',
    (word) => {
      fc.assert(
        fc.property(statements, fc.nat(), (all, place) => {
          const sql = HEADER + all.toSpliced(place % (all.length + 1), 0, `${word};`).join('\n');
          expect(lint(check, sql)).toBe('refused');
        }),
        cases(200),
      );
    },
  );

  test.each(["'", '"', '$a$', '1;', '/*', 'from a.b ', 'on a.b ', 'create trigger '])(
    'of 100,000 characters is split and linted at once: %j',
    (piece) => {
      const text = long(piece);
      expect(split(text).length).toBeLessThanOrEqual(text.length);
      expect(lint(check, HEADER + text)).toMatch(/^(?:taken|refused)$/);
    },
  );

  test('is cut between its tokens, in order, and each statement says its line', () => {
    fc.assert(
      fc.property(migration, (sql) => {
        const offsets = split(sql).flatMap(({ tokens }) => tokens.map(({ offset }) => offset));
        expect(offsets).toEqual([...new Set(offsets)].toSorted((one, other) => one - other));
        for (const { sql: text, line, tokens } of split(sql)) {
          const start = tokens[0]?.offset ?? -1;
          expect(sql.startsWith(text, start)).toBe(true);
          expect(line).toBe(sql.slice(0, start).split('\n').length);
        }
      }),
      cases(1_000),
    );
  });
});
