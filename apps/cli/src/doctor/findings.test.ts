import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteDatabase } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import { MasterKey, ProviderKeyStorage, TokenStorage } from '@iron/tokens';
import { UsageTracker } from '@iron/usage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { textMatching } from '../matchers.fixture.ts';
import { openPatient, type Patient } from './patient.fixture.ts';

const MASTER_KEY = Buffer.alloc(32, 1).toString('base64');
const OTHER_KEY = Buffer.alloc(32, 2).toString('base64');
const DAY = 86_400_000;
const DRIFT = /^total_tokens of token 1 at \S+ 00:00:00 UTC is \d+1, and its calls add up to \d+0$/;

let patient: Patient;

beforeAll(async () => {
  patient = await openPatient();
});
afterAll(() => patient[Symbol.dispose]());

test('an entry of a log that was changed by hand', async () => {
  const path = await patient.copy(async (database) => {
    await using tokens = await TokenStorage.open(database);
    await tokens.createToken({ userId: 'ada' });
    await tokens.createToken({ userId: 'bob' });
    const trigger = "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit_log'";
    const triggers = database.connection.prepare<[], string>(trigger).pluck().all();
    const names = triggers.map((sql) => /TRIGGER (\w+)/.exec(sql)?.[1]);
    for (const name of names) database.connection.exec(`DROP TRIGGER ${name}`);
    database.connection.exec("UPDATE audit_log SET entity_id = '99' WHERE id = (SELECT max(id) FROM audit_log)");
    for (const sql of triggers) database.connection.exec(sql);
  });

  expect(await patient.findings(path)).toEqual([
    {
      check: 'audit_log',
      verdict: 'failed',
      problems: [textMatching(/^row \d+: its content is not what its hash was made of$/)],
      hint: `Somebody changed the log by hand. Compare it with a backup: \`iron db backups --database ${path}\` lists them.`,
    },
  ]);
});

test('sums that are not what the calls add up to', async () => {
  const path = await patient.copy(({ connection }) =>
    connection.exec('UPDATE _usage_by_token SET total_tokens = total_tokens + 1 WHERE token_id = 1'),
  );

  expect(await patient.findings(path)).toEqual([
    {
      check: 'totals',
      verdict: 'failed',
      problems: [...Array.from({ length: 5 }, () => textMatching(DRIFT)), 'and 2 more'],
      hint: `Make the sums anew with \`iron usage rebuild --database ${path}\`.`,
    },
  ]);
});

test('a counter that is not what the open holds add up to', async () => {
  const path = await patient.copy(async (database) => {
    await using limits = await LimitEnforcer.open(database);
    const { id } = await limits.createLimit({ userId: 'ada', maxTokensPerDay: 1_000 });
    await limits.hold({ userId: 'ada', tokens: 500, costNanos: 0 });
    database.connection.exec(`UPDATE usage_limits SET tokens_held = 501 WHERE id = ${id}`);
  });

  expect(await patient.findings(path)).toEqual([
    {
      check: 'held',
      verdict: 'failed',
      problems: [textMatching(/^limit \d+ counts 501 tokens as held, and the open holds add up to 500$/)],
      hint: textMatching('Each counter starts anew with its window: `iron limits show --database .*` says when'),
    },
  ]);
});

test('holds that nobody gave back', async () => {
  const path = await patient.copy(async (database) => {
    await using limits = await LimitEnforcer.open(database);
    await limits.hold({ userId: 'ada', tokens: 500, costNanos: 0, ttlMs: 1 });
  });

  expect(await patient.findings(path)).toEqual([]);
  expect(await patient.findings(path, { now: Date.now() + 2 * DAY })).toEqual([
    {
      check: 'expired_holds',
      verdict: 'warning',
      problems: ['1 hold not given back, the first for 2 days'],
      hint: textMatching('`iron serve --database .*` sweeps them'),
    },
  ]);
});

test('calls without a price, which are no failure', async () => {
  const path = await patient.copy(async (database) => {
    await using usage = await UsageTracker.open(database);
    for (const model of ['large', 'large', '$mall']) {
      await usage.recordUsage({ tokenId: 1, provider: 'in-house', model, inputTokens: 1, outputTokens: 1 });
    }
  });

  expect(await patient.findings(path)).toEqual([
    {
      check: 'prices',
      verdict: 'warning',
      problems: ['1 call of in-house $mall without a price', '2 calls of in-house large without a price'],
      hint:
        `Say what it costs with \`iron prices set in-house '$mall' --input <usd> --output <usd> --database ${path}\`, ` +
        `then \`iron usage reprice --database ${path}\`.`,
    },
  ]);
});

test('a provider key without its master key, under another one, or one that is none', async () => {
  const path = await patient.copy(async (database) => {
    await using keys = await ProviderKeyStorage.open(database, { masterKey: MasterKey.fromBase64(MASTER_KEY) });
    await keys.addKey({ provider: 'openai', key: 'sk-proj-4f9c1b7d20e84a53', userId: 'ada' });
  });
  const aboutKeys = async (env: NodeJS.ProcessEnv) =>
    (await patient.findings(path, { env })).map(({ check, problems }) => [check, ...problems]);
  const keyFile = join(patient.terminal.folder, 'master.key');
  writeFileSync(keyFile, MASTER_KEY, { mode: 0o644 });

  expect(await aboutKeys({ IRON_MASTER_KEY: MASTER_KEY })).toEqual([]);
  expect(await aboutKeys({})).toEqual([
    ['provider_keys', 'There is no master key to encrypt or decrypt provider keys with.'],
  ]);
  expect(await aboutKeys({ IRON_MASTER_KEY: OTHER_KEY })).toEqual([
    ['provider_keys', textMatching(/^Provider key 1 is encrypted under the master key \w+; the one at hand is \w+\.$/)],
  ]);
  expect(await aboutKeys({ IRON_MASTER_KEY_FILE: keyFile })).toEqual([
    ['provider_keys', textMatching('others than its owner have access to it \\(mode 0644, not 0600\\)')],
  ]);
});

test('a provider key that is not bound to its address, because an earlier version has sealed it', async () => {
  const masterKey = MasterKey.fromBase64(MASTER_KEY);
  const path = await patient.copy(async (database) => {
    await using keys = await ProviderKeyStorage.open(database, { masterKey });
    await keys.addKey({ provider: 'openai', key: 'sk-proj-4f9c1b7d20e84a53', userId: 'ada' });
    const context = JSON.stringify(['iron provider key', 1, 'openai', 'ada', masterKey.id]);
    const { sealed, nonce } = masterKey.seal('sk-proj-4f9c1b7d20e84a53', context);
    const update = database.connection.prepare(
      'UPDATE ai_provider_keys SET encrypted_api_key = ?, encryption_nonce = ?',
    );
    update.run(sealed, nonce);
  });

  expect(await patient.findings(path, { env: { IRON_MASTER_KEY: MASTER_KEY } })).toEqual([
    {
      check: 'provider_keys',
      verdict: 'warning',
      problems: ['Provider key 1 was sealed by an earlier version, which did not bind it to its address.'],
      hint: textMatching('`iron keys rotate-master-key[^`]*`, which seals every key anew'),
    },
  ]);
});

test('a migration that was changed after it was applied, while the rest is looked at all the same', async () => {
  const path = await patient.copy(({ connection }) =>
    connection.exec("UPDATE _migration_012_completed SET checksum = 'edited'"),
  );

  expect(await patient.findings(path)).toMatchObject([
    {
      check: 'migrations',
      verdict: 'failed',
      problems: [textMatching('^Migration 012_.* was changed after it was')],
    },
    { check: 'schema', verdict: 'skipped', problems: ['migrations comes first'] },
    { check: 'seed', verdict: 'skipped' },
    { check: 'totals', verdict: 'skipped', problems: ['migrations comes first'] },
    { check: 'prices', verdict: 'skipped' },
    { check: 'held', verdict: 'skipped' },
    { check: 'expired_holds', verdict: 'skipped' },
    { check: 'provider_keys', verdict: 'skipped' },
  ]);
});

test('a table that is missing, once, and not again by each check that would have read it', async () => {
  const path = await patient.copy(({ connection }) => connection.exec('DROP TABLE user_audit_log'));
  expect(await patient.findings(path)).toMatchObject([
    { check: 'migrations', verdict: 'failed' },
    { check: 'schema', verdict: 'skipped' },
    { check: 'seed', verdict: 'skipped' },
    { check: 'audit_log', verdict: 'skipped', problems: ['migrations comes first'] },
    { check: 'user_audit_log', verdict: 'skipped' },
    { check: 'totals', verdict: 'skipped' },
    { check: 'prices', verdict: 'skipped' },
    { check: 'held', verdict: 'skipped' },
    { check: 'expired_holds', verdict: 'skipped' },
    { check: 'provider_keys', verdict: 'skipped' },
  ]);
});

test('files that others can read', async () => {
  const path = await patient.copy();
  chmodSync(path, 0o640);

  expect(await patient.findings(path)).toEqual([
    {
      check: 'file_modes',
      verdict: 'failed',
      problems: [`others than its owner have access to ${path} (mode 0640, not 0600)`],
      hint: `Run \`chmod 600 ${path}\`.`,
    },
  ]);
});

test('a backup that is missing or old, which is no failure', async () => {
  const path = await patient.copy();
  expect(await patient.findings(path, { now: Date.now() + 30 * DAY })).toMatchObject([
    { check: 'backups', verdict: 'warning', problems: ['the newest verified backup is 30 days old'] },
  ]);
  rmSync(join(path, '../backups'), { recursive: true });
  expect(await patient.findings(path)).toEqual([
    {
      check: 'backups',
      verdict: 'warning',
      problems: ['there is no verified backup'],
      hint: `Make one with \`iron db backup --database ${path}\`.`,
    },
  ]);
});

test('development tokens in production, and a database of production without IRON_ENV', async () => {
  const path = await patient.copy();
  const env = { IRON_ENV: 'production', DATABASE_URL: `sqlite://${path}`, PRODUCTION_DEBUG: 'true' };
  const inProduction = await patient.findings(path, { env });
  using database = await openSqliteDatabase({ kind: 'file', path, mode: 'rw' });
  database.connection.exec("UPDATE _iron SET environment = 'production'");

  expect(inProduction).toMatchObject([
    { check: 'configuration', verdict: 'warning', problems: [textMatching('^production.debug is true')] },
    {
      check: 'credentials',
      verdict: 'failed',
      problems: [textMatching('Admin'), textMatching(''), textMatching('')],
    },
  ]);
  expect(await patient.findings(path)).toMatchObject([
    { check: 'credentials', verdict: 'failed' },
    {
      check: 'environment',
      verdict: 'warning',
      problems: ['the database is one of production, and commands here make tokens for development'],
      hint: 'Set IRON_ENV=production.',
    },
  ]);
});
