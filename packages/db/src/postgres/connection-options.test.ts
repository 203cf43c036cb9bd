import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parsePostgresUrl } from '../connection/parse-postgres-url.ts';
import { connectionOptions } from './connection-options.ts';

describe('connectionOptions', () => {
  test('gives the driver everything that the URL says, and what it does not say', async () => {
    const url = 'postgres://iron:hunter2@[::1]:6432/tokens?application_name=gateway&connect_timeout=3';
    const { password, ...options } = connectionOptions(parsePostgresUrl(url, '/', {}));
    expect(options).toEqual({
      host: '::1',
      port: 6_432,
      database: 'tokens',
      user: 'iron',
      ssl: false,
      sslnegotiation: 'postgres',
      application_name: 'gateway',
      connectionTimeoutMillis: 3_000,
    });
    expect(await password()).toBe('hunter2');
  });

  test('do not show the password when they are printed', () => {
    const options = connectionOptions(parsePostgresUrl('postgres://iron:hunter2@db/tokens', '/', {}));
    expect(inspect(options, { depth: Infinity }) + JSON.stringify(options)).not.toContain('hunter2');
  });

  test('answer a missing password with a rejection, when the server asks', async () => {
    const options = connectionOptions(parsePostgresUrl('postgres://iron@db/tokens', '/', { HOME: '/nowhere' }));
    await expect(options.password()).rejects.toMatchObject({ code: 'database.password_missing' });
  });
});
