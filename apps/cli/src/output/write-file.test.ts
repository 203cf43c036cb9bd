import { mkdirSync, mkdtempDisposableSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFile } from './write-file.ts';

async function* pieces(...texts: string[]) {
  yield* texts;
}

function folder() {
  return mkdtempDisposableSync(join(tmpdir(), 'iron-write-'));
}

async function* failing() {
  yield 'half';
  throw new Error('torn');
}

test('a file is whole, its owner alone can read it, and it takes the place of the one before', async () => {
  using made = folder();
  const path = join(made.path, 'usage.csv');
  writeFileSync(path, 'before');

  expect(await writeFile(path, pieces('naïve\n', 'two\n'))).toBe(11);

  expect(readFileSync(path, 'utf8')).toBe('naïve\ntwo\n');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(made.path)).toEqual(['usage.csv']);
});

test('an error on the way leaves what was there before, and nothing else', async () => {
  using made = folder();
  const path = join(made.path, 'usage.csv');
  writeFileSync(path, 'before');

  await expect(writeFile(path, failing())).rejects.toThrow('torn');

  expect(readFileSync(path, 'utf8')).toBe('before');
  expect(readdirSync(made.path)).toEqual(['usage.csv']);
});

test('a place where nothing can be written is named', async () => {
  using made = folder();
  mkdirSync(join(made.path, 'taken'));

  await expect(writeFile(join(made.path, 'none', 'x.csv'), pieces('x'))).rejects.toThrow(
    /none\/x\.csv cannot be written: ENOENT\.$/,
  );
  await expect(writeFile(join(made.path, 'taken'), pieces('x'))).rejects.toThrow(/taken cannot be written: E\w+\.$/);
  expect(readdirSync(made.path)).toEqual(['taken']);
});
