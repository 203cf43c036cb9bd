import { loadConfig } from '@iron/db';
import { testDatabase } from '@iron/test-database';
import { describe, expect, test } from 'vitest';
import { AgentStorage } from './agents/agent-storage.ts';
import { AuditLog } from './audit/audit-log.ts';
import { TokenBlacklist } from './blacklist/token-blacklist.ts';
import { ProviderKeyStorage } from './provider-keys/provider-key-storage.ts';
import { TokenStorage } from './tokens/token-storage.ts';
import { UserStorage } from './users/user-storage.ts';

const STORAGES = [TokenStorage, AgentStorage, TokenBlacklist, AuditLog, UserStorage, ProviderKeyStorage] as const;
const TOKENS = 'SELECT count(*) AS tokens FROM api_tokens';

describe.each(STORAGES.map((storage) => [storage.name, storage] as const))('%s', (_, Storage) => {
  test('opens a database by its URL or by the configuration, and closes it', async () => {
    await using made = await testDatabase({ shared: true });
    const environment = { IRON_ENV: 'development', DATABASE_URL: made.url };

    await (await Storage.open(made.url)).close();
    await (await Storage.fromConfigObject(loadConfig({ environment }))).close();

    expect(await made.database.reader.statement(TOKENS).get()).toEqual({ tokens: 0 });
  });

  test('shares a database that is open, and leaves it open', async () => {
    await using made = await testDatabase();
    await (await Storage.open(made.database)).close();
    expect(await made.database.reader.statement(TOKENS).get()).toEqual({ tokens: 0 });
  });
});

describe('a TokenStorage', () => {
  test.each([
    ['development', 'iron_dev_'],
    ['test', 'iron_test_'],
    ['production', 'iron_live_'],
  ])('from the configuration of %s makes tokens that begin with %s', async (environment, prefix) => {
    await using made = await testDatabase({ shared: true });
    await using storage = await TokenStorage.fromConfigObject(
      loadConfig({ environment: { IRON_ENV: environment, DATABASE_URL: made.url } }),
    );
    const { secret } = await storage.createToken({ userId: 'ada' });

    expect(secret.startsWith(prefix)).toBe(true);
    expect((await storage.verifyToken(secret)).userId).toBe('ada');
  });

  test('can be closed after its database was', async () => {
    await using made = await testDatabase({ shared: true });
    const database = await made.openAnother();
    const storage = await TokenStorage.open(database);
    const { secret } = await storage.createToken({ userId: 'ada' });
    await storage.verifyToken(secret);

    await database.close();
    await storage.close();

    await expect(storage.verifyToken(secret)).rejects.toThrow('The database connection is not open');
  });
});
