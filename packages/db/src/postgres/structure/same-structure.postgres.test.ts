import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readMigrations } from '../../migrations/read-migrations.ts';
import { migratedDatabase } from '../../schema/migrated-database.fixture.ts';
import { readStructure } from '../../structure/read-structure.ts';
import { compareEngines } from './compare-engines.fixture.ts';
import {
  CHECK_WITHOUT_COUNTERPART,
  CHECK_WORDS,
  NULLS_FIRST,
  TRIGGERS_OF_POSTGRES,
  TYPES,
  WITHOUT_IDENTITY,
} from './engine-differences.fixture.ts';
import { type MigratedPostgres, migratedPostgres, readPostgresFiles } from './migrated-postgres.fixture.ts';
import { readPostgresStructure } from './read-postgres-structure.ts';

let postgres: MigratedPostgres;

beforeAll(async () => {
  postgres = await migratedPostgres();
});

afterAll(async () => {
  await postgres.close();
});

/** What the engines differ in once something was changed in one of them; undone afterwards. */
async function differencesAfter(changes: { sqlite?: string; postgres?: string } = {}): Promise<string[]> {
  using database = migratedDatabase();
  database.connection.exec(changes.sqlite ?? '');
  await postgres.query('BEGIN');
  try {
    await postgres.query(changes.postgres ?? 'SELECT');
    return await compareEngines(database.connection, postgres.query);
  } finally {
    await postgres.query('ROLLBACK');
  }
}

describe('the migrations of the two engines', () => {
  test('have the same numbers and names', () => {
    const files = readMigrations().map(({ file }) => file);
    expect(readPostgresFiles().map(({ file }) => file)).toEqual(files);
  });

  test.each(readPostgresFiles())(
    '$file says why, what it adds, rewrites and locks, and how to undo it',
    ({ file, sql }) => {
      const [name, ...lines] = sql.split('\n');
      const header = lines.slice(
        0,
        lines.findIndex((line) => !line.startsWith('-- ')),
      );
      const words = header.flatMap((line) => /^-- ([A-Z]\w+): +\S/.exec(line)?.[1] ?? []);
      expect([name, ...words]).toEqual([`-- ${file.replace('.sql', '')}`, 'Why', 'Adds', 'Rewrites', 'Locks', 'Undo']);
    },
  );

  test('build the same tables, columns, keys, indexes, checks and triggers', async () => {
    expect(await differencesAfter()).toEqual([]);
  });

  test('build 11 tables and 32 indexes of users, as the guide counts them', async () => {
    const { tables, indexes } = await readPostgresStructure(postgres.query);
    expect(tables.filter(({ name }) => !name.startsWith('_'))).toHaveLength(11);
    expect(indexes.filter(({ name }) => name.startsWith('idx_'))).toHaveLength(32);
  });
});

describe('a change of one engine alone is found:', () => {
  test.each([
    ['a table', 'CREATE TABLE extra (id bigint PRIMARY KEY)', ['table extra should not be there']],
    ['no table', 'DROP TABLE _idempotency_keys', ['table _idempotency_keys is missing']],
    ['a column', 'ALTER TABLE users ADD extra bigint', ['table users: column extra should not be there']],
    [
      'no column',
      'ALTER TABLE agents DROP providers',
      [
        'table agents: column providers is missing',
        "table agents: CHECK ((json_typeof((providers)::json) = 'array'::text)) is missing",
        'table agents: CHECK ((octet_length(providers) <= 16384)) is missing',
      ],
    ],
    [
      'a type',
      'ALTER TABLE _holds ALTER tokens TYPE integer',
      ['table _holds: column tokens: type is integer instead of bigint'],
    ],
    ['NOT NULL', 'ALTER TABLE token_usage ALTER model DROP NOT NULL', ['table token_usage: column model is nullable']],
    [
      'a default',
      'ALTER TABLE usage_limits ALTER tokens_held SET DEFAULT 1',
      ['table usage_limits: column tokens_held: default is 1 instead of 0'],
    ],
    [
      'a collation',
      'ALTER TABLE agents ALTER providers TYPE text COLLATE "default"',
      ['table agents: column providers: collation is default instead of C'],
    ],
    ['no identity', 'ALTER TABLE agents ALTER id DROP IDENTITY', ['table agents: clause id: identity d is missing']],
    [
      'no primary key',
      'ALTER TABLE token_blacklist DROP CONSTRAINT token_blacklist_pkey',
      [
        'table token_blacklist: column jti: place in the primary key is 0 instead of 1',
        'table token_blacklist: PRIMARY KEY (jti C) is missing',
      ],
    ],
    [
      'no unique constraint',
      'ALTER TABLE api_tokens DROP CONSTRAINT api_tokens_token_hash_key',
      ['table api_tokens: UNIQUE (token_hash C) is missing'],
    ],
    [
      'a name that is unique but for its case',
      'DROP INDEX users_username_key; CREATE UNIQUE INDEX users_username_key ON users (username)',
      ['table users: index users_username_key: key is username C instead of lower(username) C'],
    ],
    [
      'an action of a foreign key',
      'ALTER TABLE token_usage DROP CONSTRAINT token_usage_token_id_fkey; ALTER TABLE token_usage ADD FOREIGN KEY (token_id) REFERENCES api_tokens (id)',
      ['table token_usage: foreign key (token_id) to api_tokens (id): ON DELETE is NO ACTION instead of CASCADE'],
    ],
    [
      'a foreign key that is switched off',
      'ALTER TABLE token_usage DISABLE TRIGGER ALL',
      [
        'table token_usage: clause token_id: switched off should not be there',
        ...['adds_up', 'adds_up_price', 'leaves_with_its_token'].map(
          (name) => `table token_usage: clause token_usage_${name}: enabled D should not be there`,
        ),
      ],
    ],
    ['no index', 'DROP INDEX idx_users_email', ['table users: index idx_users_email is missing']],
    [
      'the order of an index',
      'DROP INDEX idx_users_last_login; CREATE INDEX idx_users_last_login ON users (last_login) WHERE deleted_at IS NULL',
      ['table users: index idx_users_last_login: key is last_login ASC instead of last_login NULLS FIRST'],
    ],
    [
      'the condition of an index',
      'DROP INDEX _holds_open; CREATE INDEX _holds_open ON _holds (user_id, expires_at)',
      ["table _holds: index _holds_open: condition is none instead of (state = 'held'::text)"],
    ],
    [
      'no check',
      'ALTER TABLE api_tokens DROP CONSTRAINT api_tokens_name_length',
      [
        'table api_tokens: constraint api_tokens_name_length: CHECK (((length(name) >= 1) AND (length(name) <= 200))) is missing',
      ],
    ],
    [
      'no check without a name',
      'ALTER TABLE usage_limits DROP CONSTRAINT usage_limits_check1',
      ['table usage_limits: CHECK (((tokens_settled + tokens_held) <= max_tokens_per_day)) is missing'],
    ],
    ['a check', 'ALTER TABLE agents ADD CHECK (id > 0)', ['table agents: CHECK ((id > 0)) should not be there']],
    [
      'a trigger',
      'CREATE TRIGGER extra BEFORE DELETE ON agents FOR EACH ROW EXECUTE FUNCTION append_only_log_refuses()',
      ['trigger of agents: extra should not be there'],
    ],
    [
      'no trigger',
      'DROP TRIGGER audit_log_counts_up ON audit_log',
      ['trigger of audit_log: audit_log_counts_up is missing'],
    ],
    [
      'a trigger that is switched off',
      'ALTER TABLE audit_log DISABLE TRIGGER audit_log_refuses_delete',
      ['table audit_log: clause audit_log_refuses_delete: enabled D should not be there'],
    ],
    [
      'rows that a crash loses',
      'ALTER TABLE _usage_by_model SET UNLOGGED',
      ['table _usage_by_model: clause persistence u should not be there'],
    ],
  ])('%s in PostgreSQL', async (_, change, expected) => {
    expect(await differencesAfter({ postgres: change })).toEqual(expected);
  });

  test.each([
    ['a table', 'CREATE TABLE extra (id INTEGER PRIMARY KEY) STRICT', ['table extra is missing']],
    ['a column', 'ALTER TABLE users ADD extra INTEGER', ['table users: column extra is missing']],
    [
      'no column',
      'ALTER TABLE _holds DROP tokens',
      ['table _holds: column tokens should not be there', 'table _holds: CHECK ((tokens >= 0)) should not be there'],
    ],
    ['a default', "ALTER TABLE users ADD extra TEXT DEFAULT 'x'", ['table users: column extra is missing']],
    [
      'a foreign key',
      'ALTER TABLE users ADD extra INTEGER REFERENCES agents (id) ON DELETE CASCADE',
      ['table users: column extra is missing', 'table users: foreign key (extra) to agents (id) is missing'],
    ],
    [
      'no index',
      'DROP INDEX idx_token_usage_unpriced',
      ['table token_usage: index idx_token_usage_unpriced should not be there'],
    ],
    ['an index', 'CREATE INDEX idx_extra ON users (role)', ['table users: index idx_extra is missing']],
    [
      'no check',
      'ALTER TABLE api_tokens DROP CONSTRAINT api_tokens_scopes_bytes',
      [
        'table api_tokens: constraint api_tokens_scopes_bytes: CHECK ((octet_length(scopes) <= 16384)) should not be there',
      ],
    ],
    [
      'a check',
      'ALTER TABLE users ADD CONSTRAINT users_extra CHECK (failed_logins < 100)',
      ['table users: constraint users_extra: CHECK ((failed_logins < 100)) is missing'],
    ],
    [
      'a trigger',
      "CREATE TRIGGER extra BEFORE DELETE ON agents BEGIN SELECT RAISE(ABORT, 'no'); END",
      ['trigger of agents: extra is missing'],
    ],
    [
      'no trigger',
      'DROP TRIGGER token_usage_adds_up',
      ['trigger of token_usage: token_usage_adds_up should not be there'],
    ],
  ])('%s in SQLite', async (_, change, expected) => {
    expect(await differencesAfter({ sqlite: change })).toEqual(expected);
  });
});

describe('each difference of the engines that is allowed', () => {
  using database = migratedDatabase();
  const { tables } = readStructure(database.connection);
  const checks = tables.flatMap((table) => table.checks.map(({ expression }) => expression));

  test.each(CHECK_WORDS)('is one still: $sqlite', ({ sqlite }) => {
    expect(checks.some((expression) => sqlite.test(expression))).toBe(true);
  });

  test('is one still: checks, types, identities, orders and triggers', async () => {
    const { columns, indexes, triggers } = await readPostgresStructure(postgres.query);
    expect(checks.some((expression) => CHECK_WITHOUT_COUNTERPART.test(expression))).toBe(true);
    expect(new Set(tables.flatMap((table) => table.columns.map(({ type }) => type)))).toEqual(new Set(TYPES.keys()));
    const ids = columns.filter(({ name, identity }) => name === 'id' && identity === '');
    expect(ids.filter(({ type }) => type === 'bigint').map(({ table }) => table)).toEqual(WITHOUT_IDENTITY);
    const first = indexes.flatMap(({ name, keys, options }) =>
      keys.filter((_, place) => options[place]?.includes('NULLS FIRST')).map((key) => `${name}: ${key}`),
    );
    expect(first).toEqual(NULLS_FIRST);
    const names = triggers.map(({ table, name }) => `${table}: ${name}`);
    expect(names).toEqual(expect.arrayContaining([...TRIGGERS_OF_POSTGRES]));
  });
});
