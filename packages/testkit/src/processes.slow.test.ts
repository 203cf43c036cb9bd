import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startProgram } from '@iron/test-program';
import { describe, expect, test } from 'vitest';
import { runProgram } from './run-program.fixture.ts';
import { useTemporaryRoot } from './temporary-root.fixture.ts';

const PRINT_PATH = `
  await using t = await createTestDb();
  console.log(t.path);
`;

const HOLD = new URL('./hold-program.fixture.ts', import.meta.url);

/** A process that holds two test databases, until the end of the `await using` block kills it. */
async function holdDatabases(): Promise<AsyncDisposable & { readonly folders: readonly string[] }> {
  const program = startProgram(HOLD);
  const folders = [await program.nextLine(), await program.nextLine()].map(String);
  return { folders, [Symbol.asyncDispose]: async () => await program.kill() };
}

describe('createTestDb, in processes of its own,', () => {
  test('removes what a killed process left, when the next one starts, and nothing of one that lives', async () => {
    using _root = useTemporaryRoot();
    const killed = await holdDatabases();
    await using living = await holdDatabases();
    await killed[Symbol.asyncDispose]();
    expect(killed.folders.map((folder) => existsSync(join(folder, 'test.db-wal')))).toEqual([true, true]);

    const { status } = await runProgram(PRINT_PATH);

    expect(status).toBe(0);
    expect(killed.folders.map((folder) => existsSync(folder))).toEqual([false, false]);
    expect(living.folders.map((folder) => existsSync(join(folder, 'test.db')))).toEqual([true, true]);
  });

  test('gives eight that start at once, without a template, a database each, and leaves one template', async () => {
    using root = useTemporaryRoot();

    const results = await Promise.all(Array.from({ length: 8 }, () => runProgram(PRINT_PATH)));

    expect(results.map(({ status, stderr }) => ({ status, stderr }))).toEqual(
      Array.from({ length: 8 }, () => ({ status: 0, stderr: '' })),
    );
    expect(new Set(results.map(({ stdout }) => stdout)).size).toBe(8);
    const left = readdirSync(root.path, { recursive: true, encoding: 'utf8' });
    expect(left.map((path) => path.replace(/[0-9a-f]{64}$/, '…'))).toEqual([
      expect.stringMatching(/^iron-testkit[-\d]*$/),
      expect.stringMatching(/^iron-testkit[-\d]*\/template-…$/),
    ]);
  });

  test('leaves nothing behind when the program ends in an error', async () => {
    using root = useTemporaryRoot();

    const { status, stderr } = await runProgram(`${PRINT_PATH} throw new Error('expected 2, got 1');`);

    expect(status).toBe(1);
    expect(stderr).toContain('Error: expected 2, got 1');
    expect(readdirSync(join(root.path, readdirSync(root.path)[0] ?? ''))).toEqual([
      expect.stringMatching(/^template-/),
    ]);
  });
});
