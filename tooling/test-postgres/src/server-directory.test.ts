import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { nameOfThisProcess } from '@iron/test-clones';
import { expect, test } from 'vitest';
import { leftServerDirectories, makeServerDirectory, removeServerDirectory } from './server-directory.ts';

test('only directories of servers whose run has ended are found, among whatever else lies there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'iron-folder-'));
  const [machine] = nameOfThisProcess().split('_');
  const left = join(folder, `iron-test-postgres-${machine}_999999999_1-abcdef`);
  const own = makeServerDirectory(folder, undefined);
  for (const directory of [left, join(folder, 'somebodys'), join(folder, `x-${basename(left)}`)]) mkdirSync(directory);
  mkdirSync(join(folder, 'iron-test-postgres-notes'));

  expect(leftServerDirectories(new Set([folder]))).toEqual([left]);
  await removeServerDirectory(left);

  expect([existsSync(left), existsSync(own), existsSync(join(folder, 'somebodys'))]).toEqual([false, true, true]);
  rmSync(folder, { recursive: true });
});

test('what is not the directory of a server is not removed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'iron-folder-'));

  await expect(removeServerDirectory(folder)).rejects.toThrow(`${folder} is not the directory of a server of tests.`);

  expect(existsSync(folder)).toBe(true);
  rmSync(folder, { recursive: true });
});
