import { expect, test } from 'vitest';
import { requireSupportedVersion } from './server-version.ts';

const SERVER = 'postgres://iron@db/iron';

const says = (description: string, version: string, number: string) => () =>
  requireSupportedVersion(SERVER, [{ description, version, number }]);

test('a server that is older than 15 is refused, with the version that it says', () => {
  expect(says('PostgreSQL 14.23 on x86_64-pc-linux-gnu, compiled by gcc', '14.23', '140023')).toThrow(
    `${SERVER} runs PostgreSQL 14.23; Iron needs 15 or later.`,
  );
});

test.each([
  ['CockroachDB', 'CockroachDB CCL v25.4.0 (x86_64-pc-linux-gnu, built 2025/11/03)', '13.0.0', '130000'],
  ['YugabyteDB', 'PostgreSQL 15.2-YB-2.25.0.0-b0 on aarch64-unknown-linux-gnu', '15.2-YB-2.25.0.0-b0', '150002'],
])('%s is refused by its name, whichever version it says', (system, ...server) => {
  expect(says(...server)).toThrow(`${SERVER} runs ${system}, which speaks PostgreSQL but lacks what Iron needs of it.`);
});

test.each([
  ['PostgreSQL 15.0 on x86_64-pc-linux-gnu, compiled by gcc', '15.0', '150000'],
  ['PostgreSQL 18.4 on x86_64-pc-linux-gnu, compiled by gcc', '18.4', '180004'],
])('%s is taken', (...server) => {
  expect(says(...server)).not.toThrow();
});
