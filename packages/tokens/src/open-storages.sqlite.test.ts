import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadConfig, openSqliteDatabase } from '@iron/db';
import { AgentStorage } from './agents/agent-storage.ts';
import { AuditLog } from './audit/audit-log.ts';
import { TokenBlacklist } from './blacklist/token-blacklist.ts';
import { ProviderKeyStorage } from './provider-keys/provider-key-storage.ts';
import { TokenStorage } from './tokens/token-storage.ts';
import { UserStorage } from './users/user-storage.ts';

const STORAGES = [TokenStorage, AgentStorage, TokenBlacklist, AuditLog, UserStorage, ProviderKeyStorage] as const;

const folders: Disposable[] = [];
function databaseUrl(): string {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'iron-tokens-'));
  folders.push({ [Symbol.dispose]: () => folder.remove() });
  return `sqlite://${join(folder.path, 'tokens.db')}?mode=rwc`;
}
afterEach(() => {
  vi.unstubAllEnvs();
  for (const folder of folders.splice(0)) folder[Symbol.dispose]();
});

describe.each(STORAGES.map((storage) => [storage.name, storage] as const))('%s', (_, Storage) => {
  test('opens a database of its own, migrates it and closes it', async () => {
    const url = databaseUrl();
    const storage = await Storage.open(url);
    await storage.close();

    using database = await openSqliteDatabase(url);
    expect(database.connection.prepare('SELECT count(*) FROM api_tokens').pluck().get()).toBe(0);
  });

  test('does not run on a database that lacks migrations (litellm#23976, bifrost#4501)', async () => {
    using database = await openSqliteDatabase('sqlite::memory:');
    await expect(Storage.open(database)).rejects.toMatchObject({ code: 'migration.pending' });
    await expect(Storage.open(databaseUrl(), { autoMigrate: false })).rejects.toMatchObject({
      code: 'migration.pending',
    });
  });

  test('opens what the configuration describes', async () => {
    const url = databaseUrl();
    vi.stubEnv('IRON_ENV', 'development');
    vi.stubEnv('DATABASE_URL', url);
    await (await Storage.fromConfig()).close();
    await (await Storage.fromConfigObject(loadConfig())).close();

    using database = await openSqliteDatabase(url.replace('rwc', 'rw'));
    expect(database.connection.prepare('SELECT environment FROM _iron').pluck().get()).toBe('development');
  });
});
