import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';

import { plant } from './plant-violation.ts';
import { runProgram, tool } from './run-program.ts';
import { copyWorkspace } from './workspace.ts';

const workspace = copyWorkspace();
afterAll(() => workspace[Symbol.dispose]());

const planSchema = z.object({ tasks: z.array(z.object({ taskId: z.string(), hash: z.string() })) });

/** The hash under which turbo would look up each task's remembered result. */
function taskHashes(): Map<string, string> {
  const words = ['run', 'build', 'test', '--dry=json'];
  const { output } = runProgram(tool('turbo'), words, workspace.path);
  const plan = planSchema.parse(JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1)));
  return new Map(plan.tasks.map(({ taskId, hash }) => [taskId, hash]));
}

const before = taskHashes();

test.each([
  {
    changed: 'migrations/001_initial_schema.sql',
    reruns: ['@iron/db#build', '@iron/db#test', '@iron/testkit#test', '@iron/server#test', '@iron/cli#test'],
  },
  { changed: 'config.dev.toml', reruns: ['@iron/db#test', '@iron/cli#test'] },
  { changed: 'docs/database-initialization.md', reruns: ['@iron/cli#test'] },
  {
    changed: 'packages/errors/src/index.ts',
    reruns: ['@iron/errors#test', '@iron/db#test', '@iron/cli#test'],
  },
  { changed: 'packages/db/src/index.ts', reruns: ['@iron/testkit#test', '@iron/cli#test'] },
  { changed: 'apps/server/src/index.ts', reruns: ['@iron/server#test', '@iron/cli#test'] },
  { changed: 'tooling/test-program/src/start-program.ts', reruns: ['@iron/db#test', '@iron/limits#test'] },
  {
    changed: 'tooling/tsconfig/base.json',
    reruns: ['@iron/errors#build', '@iron/cli#build', '@iron/db#build'],
  },
  { changed: 'vitest.config.ts', reruns: ['@iron/errors#test', '@iron/cli#test'] },
])('a change of $changed makes what depends on it run again', ({ changed, reruns }) => {
  using _ = plant(workspace.path, { [changed]: (text) => `${text}\n` });

  const after = taskHashes();

  expect(reruns.filter((task) => before.get(task) === after.get(task))).toEqual([]);
});

test('a change in the command line leaves the remembered results of db and the server alone', () => {
  using _ = plant(workspace.path, { 'apps/cli/src/main.ts': (text) => `${text}\n` });

  const after = taskHashes();

  expect(after.get('@iron/db#test')).toBe(before.get('@iron/db#test'));
  expect(after.get('@iron/server#test')).toBe(before.get('@iron/server#test'));
  expect(after.get('@iron/cli#test')).not.toBe(before.get('@iron/cli#test'));
});
