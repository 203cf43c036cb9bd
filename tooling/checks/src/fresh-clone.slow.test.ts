import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { PACKAGE_MANAGER } from './package-manager.ts';
import { runProgram } from './run-program.ts';
import { copySources } from './workspace.ts';

test('in a fresh clone the first command installs what it needs, and the words for the whole workspace the rest', () => {
  using clone = copySources();
  const pnpm = (...words: string[]) =>
    runProgram('npx', ['-y', PACKAGE_MANAGER, ...words], clone.path, {
      CI: 'true',
      pnpm_config_verify_deps_before_run: 'install',
    });
  const isInstalled = (name: string) => existsSync(join(clone.path, name, 'node_modules'));

  expect(pnpm('--filter', 'cli', 'db', '--help')).toMatchObject({ status: 0 });
  expect([isInstalled('apps/cli'), isInstalled('tooling/checks')]).toEqual([true, false]);

  expect(pnpm('turbo', 'boundaries')).toMatchObject({ status: 0 });
  expect(isInstalled('tooling/checks')).toBe(true);
});
