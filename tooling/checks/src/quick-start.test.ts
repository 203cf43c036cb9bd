import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { PACKAGE_MANAGER } from './package-manager.ts';
import { WORKSPACE } from './workspace.ts';

const read = (name: string): string => readFileSync(join(WORKSPACE, name), 'utf8');

/** The commands in the sh blocks of the README's Quick start. */
function quickStart(): string[] {
  const section =
    read('README.md')
      .split(/^## /m)
      .find((text) => text.startsWith('Quick start')) ?? '';
  return [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block.trim());
}

describe('the Quick start', () => {
  test('is two commands: one that makes the development database, one that runs every test', () => {
    expect(quickStart()).toEqual([
      `npx -y ${PACKAGE_MANAGER} --filter cli db reset-seed`,
      `npx -y ${PACKAGE_MANAGER} test`,
    ]);
  });

  test('is what CI runs', () => {
    expect(read('.ci/run').trim().split('\n').at(-1)).toBe(quickStart()[1]);
  });
});
