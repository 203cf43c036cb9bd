import { mkdtempDisposableSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MEASURED } from './measured.fixture.ts';
import type { Part } from './part.ts';
import { runAndShow } from './run-and-show.ts';

const PLAIN: Part = {
  name: 'plain',
  about: 'what has been measured before',
  async *measure() {
    yield* MEASURED.filter(({ part }) => part === 'plain');
  },
};

const FAILING: Part = {
  name: 'failing',
  about: 'what ends early',
  async *measure() {
    yield* MEASURED.filter(({ part }) => part === 'growing');
    throw new Error('The disk is full.');
  },
};

test('a run prints each part with what measures it again, and writes its figures and plots where it is told to', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-bench-test-'));
  const json = join(folder.path, 'figures', 'run.json');
  const plots = join(folder.path, 'plots');
  let printed = '';

  await runAndShow(
    { quick: true, parts: [PLAIN], withPeers: false, json, plots },
    { write: (text) => (printed += text) },
  );

  expect(printed).toContain('Something <plain>\n');
  expect(printed).toContain('\n  Again: pnpm bench --quick --only plain\n');
  expect(printed).toContain('--quick: too small to judge by');
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ version: 1, quick: true, parts: [{ part: 'plain' }] });
  expect(readdirSync(plots)).toEqual(['plain.svg']);
});

test('what was measured before a part fails is written down', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-bench-test-'));
  const json = join(folder.path, 'run.json');

  const run = runAndShow(
    { quick: false, parts: [FAILING], withPeers: false, json, plots: undefined },
    { write: () => {} },
  );

  await expect(run).rejects.toThrow('The disk is full.');
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ parts: [{ part: 'failing' }] });
});
