import { existsSync, mkdtempDisposableSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSqliteDatabase } from '@iron/db';
import { describe, expect, test } from 'vitest';
import { IMPORT_TESTKIT, type ProgramResult, runNode, runProgram } from './run-program.fixture.ts';
import { useTemporaryRoot } from './temporary-root.fixture.ts';

const INSTALLED = fileURLToPath(new URL('../node_modules', import.meta.url));

/** The paths that were printed as kept. */
function keptPaths({ stderr, stdout }: ProgramResult): string[] {
  return [...(stderr + stdout).matchAll(/^.*IRON_KEEP_TEST_DB keeps (.+)$/gm)].map(([, path = '']) => path);
}

async function agentsIn(path: string): Promise<unknown[]> {
  using database = await openSqliteDatabase({ kind: 'file', path, mode: 'ro' });
  return database.connection.prepare('SELECT name FROM agents').pluck().all();
}

/** What is in the private folder besides the template. */
function foldersIn(root: string): string[] {
  const [name = ''] = readdirSync(root).filter((entry) => entry.startsWith('iron-testkit'));
  return readdirSync(join(root, name)).filter((entry) => !entry.startsWith('template-'));
}

/** A statement that adds an agent; `agent` is the expression for its name. */
const add = (database: string, agent: string) =>
  `${database}.db.connection.prepare('INSERT INTO agents (name, created_at) VALUES (?, 1e12)').run(${agent});`;

describe('IRON_KEEP_TEST_DB=1', () => {
  test.each(['', '{ memory: true }'])('keeps every database, createTestDb(%s), with its rows', async (options) => {
    using root = useTemporaryRoot();
    const program = `{ await using t = await createTestDb(${options}); ${add('t', '"gateway"')} }`;

    const [path = '', ...others] = keptPaths(await runProgram(program, { IRON_KEEP_TEST_DB: '1' }));

    expect(others).toEqual([]);
    expect(await agentsIn(path)).toEqual(['gateway']);
    await runProgram('{ await using t = await createTestDb(); }');
    expect(existsSync(path)).toBe(true);
    expect(foldersIn(root.path)).toHaveLength(1);
  });

  test('keeps it, and has printed its path, also when the process is killed in the middle', async () => {
    using _root = useTemporaryRoot();
    const program = `const t = await createTestDb(); ${add('t', '"gateway"')} process.kill(process.pid, 'SIGKILL');`;

    const [path = ''] = keptPaths(await runProgram(program, { IRON_KEEP_TEST_DB: '1' }));
    await runProgram('{ await using t = await createTestDb(); }');

    expect(await agentsIn(path)).toEqual(['gateway']);
  });
});

/** Runs test files in a project of their own with vitest, in one pool and at the same time. */
async function runVitest(
  folder: string,
  files: Record<string, string>,
  words: readonly string[],
): Promise<ProgramResult> {
  symlinkSync(INSTALLED, join(folder, 'node_modules'));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), `import { expect, test } from 'vitest';\n${IMPORT_TESTKIT}${content}`);
  }
  const vitest = join(INSTALLED, 'vitest/vitest.mjs');
  return await runNode([vitest, 'run', '--root', folder, ...words], folder, { IRON_KEEP_TEST_DB: 'on-failure' });
}

const ONE_FAILS = `
for (const name of ['fails', 'passes']) {
  test(name, async () => {
    await using t = await createTestDb();
    await using inMemory = await createTestDb({ memory: true });
    ${add('t', '"file of " + name')}
    ${add('inMemory', '"memory of " + name')}
    expect(name).toBe('passes');
  });
}
`;

describe('IRON_KEEP_TEST_DB=on-failure', () => {
  test.each(['forks', 'threads', 'vmThreads'])(
    'keeps what a failed test of vitest made, in a pool of %s',
    async (pool) => {
      using project = mkdtempDisposableSync(join(tmpdir(), 'iron-project-'));
      using _root = useTemporaryRoot();
      const files = {
        'one.test.ts': ONE_FAILS,
        'other.test.ts': "test('passes', async () => { await createTestDb(); });",
      };

      const result = await runVitest(project.path, files, [`--pool=${pool}`]);
      const kept = await Promise.all(keptPaths(result).map((path) => agentsIn(path)));

      expect(result.stdout).toContain('1 failed | 2 passed');
      expect(kept).toHaveLength(2);
      expect(kept.flat()).toEqual(expect.arrayContaining(['file of fails', 'memory of fails']));
    },
  );

  test('keeps what a failed test of node:test made', async () => {
    using _root = useTemporaryRoot();
    const program = `
      import test from 'node:test';
      test('fails', async () => {
        await using t = await createTestDb();
        ${add('t', '"gateway"')}
        throw new Error('expected 2, got 1');
      });
    `;

    const result = await runProgram(program, { IRON_KEEP_TEST_DB: 'on-failure' });
    const kept = await Promise.all(keptPaths(result).map((path) => agentsIn(path)));

    expect({ status: result.status, kept }).toEqual({ status: 1, kept: [['gateway']] });
  });

  test.each([
    ['nothing of a program that ends well', '', 0],
    ['what a program made that ends in an error', "throw new Error('expected 2, got 1');", 1],
  ])('keeps %s', async (_what, ending, count) => {
    using root = useTemporaryRoot();
    const program = `await using t = await createTestDb(); await using u = await createTestDb(); ${ending}`;

    const result = await runProgram(program, { IRON_KEEP_TEST_DB: 'on-failure' });

    expect(result.status).toBe(count);
    expect(keptPaths(result)).toHaveLength(2 * count);
    expect(foldersIn(root.path)).toHaveLength(2 * count);
  });
});

test('IRON_KEEP_TEST_DB with any other value is refused', async () => {
  using _root = useTemporaryRoot();

  const { status, stderr } = await runProgram('await createTestDb();', { IRON_KEEP_TEST_DB: 'yes' });

  expect(status).toBe(1);
  expect(stderr).toContain('IRON_KEEP_TEST_DB is "yes", which means nothing.');
});
