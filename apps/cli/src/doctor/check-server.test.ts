import { parseDatabaseUrl } from '@iron/db';
import { expect, test } from 'vitest';
import { checkEncryption } from './check-server.ts';

test.each([
  ['db.example.com', 'disable', 'can be listened to'],
  ['127.0.0.1.example.com', 'disable', 'can be listened to'],
  ['db.example.com', 'require', 'is for nobody else'],
  ['localhost', 'disable', 'is for nobody else'],
  ['127.0.0.1', 'disable', 'is for nobody else'],
  ['[::1]', 'disable', 'is for nobody else'],
  ['%2Frun%2Fpostgresql', 'disable', 'is for nobody else'],
])('what is said to %s with sslmode=%s %s', (host, mode, verdict) => {
  const location = parseDatabaseUrl(`postgres://iron@${host}/iron?sslmode=${mode}`, '/', {});
  if (location.kind !== 'postgres') throw new TypeError(location.kind);
  expect(checkEncryption(location).problems).toHaveLength(verdict === 'can be listened to' ? 1 : 0);
});
