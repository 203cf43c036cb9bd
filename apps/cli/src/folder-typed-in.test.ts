import { expect, test } from 'vitest';
import { folderTypedIn } from './folder-typed-in.ts';

const PACKAGE = '/srv/iron/apps/cli';

test.each([
  ['a script of the package counts from where pnpm was started', { INIT_CWD: '/home/me' }, `${PACKAGE}/`, '/home/me'],
  ['a program that a script of another package starts, from where it is', { INIT_CWD: '/home/me' }, '/tmp/x', '/tmp/x'],
  ['without pnpm, from where one is', {}, PACKAGE, PACKAGE],
])('%s', (_, env, workingFolder, expected) => {
  expect(folderTypedIn(env, workingFolder, PACKAGE)).toBe(expected);
});
