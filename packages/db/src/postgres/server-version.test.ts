import { expect, test } from 'vitest';
import { requireSupportedVersion } from './server-version.ts';

const SERVER = 'postgres://iron@db/iron';

test.each([
  ['14.23', '140023'],
  ['13.0.0', '130000'], // as CockroachDB calls itself
])('a server that says it is %s is refused, by the version that it says', (version, number) => {
  expect(() => requireSupportedVersion(SERVER, [{ version, number }])).toThrow(
    `${SERVER} runs PostgreSQL ${version}; Iron needs 15 or later.`,
  );
});

test.each([
  ['15.0', '150000'],
  ['15.12-YB-2025.1.0.0-b0', '150012'],
  ['18.4', '180004'],
])('a server that says it is %s is taken', (version, number) => {
  expect(() => requireSupportedVersion(SERVER, [{ version, number }])).not.toThrow();
});
