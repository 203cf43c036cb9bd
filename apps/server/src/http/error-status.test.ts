import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERROR_STATUSES } from './error-status.ts';

const ROOT = new URL('../../../../', import.meta.url);
/** What the services are made of, and the server itself. */
const SOURCES = ['packages/*/src/**/*.ts', 'apps/server/src/**/*.ts'];
const NO_SOURCE = ['**/*.test.ts', '**/*.fixture.ts', '**/node_modules/**'];

/** The codes that an error class of these sources declares. */
function declaredCodes(): string[] {
  const files = globSync(SOURCES, { cwd: ROOT, exclude: NO_SOURCE });
  const codes = files.flatMap((file) =>
    [...readFileSync(new URL(file, ROOT), 'utf8').matchAll(/\bcode(?:: \w+)? = '(\w+\.\w+)'/g)].map(
      ([, code = '']) => code,
    ),
  );
  return [...new Set(codes)].toSorted();
}

/** What only whoever runs Iron can meet or mend: files, configurations, migrations. Where it reaches a client, it is 500. */
const OF_THE_OPERATOR = /^(?:backup|config|copy|database|inspect|lifecycle|migration|server|testkit)\./;
/** What is broken in a database, or in what a server was started with: a client can do nothing about it. */
const BROKEN = ['price.corrupt_book', 'provider_key.damaged', 'provider_key.master_key_invalid'];
/** Its status depends on which part of the request is wrong. */
const OF_A_PART = ['http.invalid_request'];

test('every error that a client can cause has a status, and every status is that of an error', () => {
  const declared = declaredCodes();
  expect(declared.length).toBeGreaterThan(100);
  const without = declared.filter((code) => !(code in ERROR_STATUSES) && !OF_THE_OPERATOR.test(code));
  expect(without).toEqual([...OF_A_PART, ...BROKEN]);
  expect(Object.keys(ERROR_STATUSES).filter((code) => !declared.includes(code))).toEqual([]);
});
