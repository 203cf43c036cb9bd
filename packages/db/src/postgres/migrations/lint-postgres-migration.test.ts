import { describe, expect, test } from 'vitest';
import { FIRST_LINE, migrationText } from '../../migrations/migration-files.fixture.ts';
import { lintPostgresMigration } from './lint-postgres-migration.ts';
import { postgresMigrations } from './postgres-migrations.fixture.ts';

const FILE = '009_next.sql';

function lint(sql: string): void {
  lintPostgresMigration(FILE, migrationText(FILE, sql));
}

describe('a migration for PostgreSQL must not hold', () => {
  test.each([
    ['BEGIN;', 'BEGIN is not allowed: the runner opens the transaction; one in the file would end it half-way.'],
    ['start transaction;', 'START is not allowed'],
    ['COMMIT;', 'COMMIT is not allowed'],
    ['ABORT;', 'ABORT is not allowed'],
    ["PREPARE TRANSACTION 'x';", 'PREPARE is not allowed'],
    ['SAVEPOINT s;', 'SAVEPOINT is not allowed'],
    ['SET search_path = other;', 'SET is not allowed: the runner chooses the settings, and the schema with them.'],
    ['/* /* quietly */ */ set local role x;', 'SET is not allowed'],
    ['VACUUM agents;', 'VACUUM is not allowed'],
    ['DO $$ BEGIN COMMIT; END $$;', 'DO is not allowed'],
    ["COPY agents FROM '/tmp/x';", 'COPY is not allowed'],
    ['GRANT SELECT ON agents TO PUBLIC;', 'GRANT is not allowed'],
    [
      'CREATE INDEX CONCURRENTLY i ON agents (name);',
      'CONCURRENTLY is not allowed: it cannot run inside a transaction.',
    ],
    ['CREATE TABLE IF NOT EXISTS t (x bigint);', 'IF NOT EXISTS is not allowed'],
    ['DROP TABLE IF EXISTS t;', 'IF EXISTS is not allowed'],
    ['ALTER TABLE t ADD CONSTRAINT c CHECK (x > 0) NOT VALID;', 'NOT VALID is not allowed'],
    ['ALTER TABLE t DISABLE TRIGGER USER;', 'DISABLE TRIGGER is not allowed'],
    ['CREATE UNLOGGED TABLE t (x bigint);', 'UNLOGGED is not allowed'],
    ['CREATE TEMP TABLE t (x bigint);', 'CREATE TEMP is not allowed: it is gone at the end.'],
    ['CREATE SCHEMA s;', 'CREATE SCHEMA is not allowed: a migration changes one schema.'],
    ['ALTER DATABASE d SET work_mem = 1;', 'ALTER DATABASE is not allowed'],
    ['CREATE EXTENSION pgcrypto;', 'CREATE EXTENSION is not allowed'],
    ['DROP ROLE r;', 'DROP ROLE is not allowed'],
    ['DROP TABLE agents CASCADE;', 'CASCADE is not allowed: it drops what is not named here.'],
    ['ALTER TABLE t SET SCHEMA s;', 'SET SCHEMA or OWNER TO is not allowed'],
    ['ALTER TABLE t OWNER TO r;', 'SET SCHEMA or OWNER TO is not allowed'],
    ['CREATE TABLE public.t (x bigint);', 'the schema public before a name is not allowed'],
    ['CREATE TABLE other.t (x bigint);', 'the schema other before a name is not allowed'],
    ['INSERT INTO "Other".t VALUES (1);', 'the schema Other before a name is not allowed'],
    ['ALTER TABLE t ADD y bigint REFERENCES other.u (id);', 'the schema other before a name is not allowed'],
    ['CREATE INDEX i ON other.t (x);', 'the schema other before a name is not allowed'],
    ['INSERT INTO t SELECT x FROM other.u;', 'the schema other before a name is not allowed'],
    ['CREATE TABLE _migration_009_completed (x bigint);', '_migration_009_completed is not allowed'],
  ])('%s', (sql, problem) => {
    expect(() => lint(`CREATE TABLE first (x bigint);\n${sql}`)).toThrow(
      `Migration ${FILE}, line ${FIRST_LINE + 1}: ${problem}`,
    );
  });

  test('no statement at all, or a header that says nothing', () => {
    expect(() => lint('-- nothing')).toThrow(`Migration ${FILE}: it holds no statement.`);
    expect(() => lintPostgresMigration(FILE, `-- 009_next\n\nSELECT 1;`)).toThrow('the header has no `-- Why:`');
  });
});

describe('a migration for PostgreSQL may hold', () => {
  test.each([
    'ALTER TABLE t ADD y bigint REFERENCES u (id) ON DELETE CASCADE ON UPDATE CASCADE;',
    "INSERT INTO t VALUES ('COMMIT; public.x');",
    'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN COMMIT; IF x THEN END IF; END $$;',
    'UPDATE t SET x = u.x FROM u WHERE u.id = t.id;',
    'INSERT INTO t SELECT u.x FROM u JOIN v ON v.id = u.id;',
    'UPDATE t SET x = 1 WHERE x IS DISTINCT FROM t.y AND extract(epoch FROM t.at) > (1 + 2);',
    'LOCK TABLE t IN SHARE MODE;',
    'ALTER TABLE t VALIDATE CONSTRAINT c;',
    'COMMENT ON COLUMN t.x IS $x$ what; it is $x$;',
  ])('%s', (sql) => {
    expect(() => lint(sql)).not.toThrow();
  });

  test('what Iron’s own do', () => {
    expect(postgresMigrations().length).toBeGreaterThan(0);
  });
});
