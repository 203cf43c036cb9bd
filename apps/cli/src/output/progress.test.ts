import { expect, test } from 'vitest';
import { capturedContext } from '../captured-context.fixture.ts';
import { withProgress } from './progress.ts';

/** Work of three reports, `seconds` after it began each. */
async function work(terminal: boolean, seconds: readonly number[]): Promise<{ stderr: string; result: string }> {
  let now = 0;
  const captured = capturedContext({ terminal, now: () => now });
  const result = await withProgress(captured.context, async (report) => {
    for (const [index, second] of seconds.entries()) {
      now = second * 1000;
      report({ step: 'copying', done: index + 1, total: seconds.length });
    }
    return 'done';
  });
  return { stderr: captured.stderr(), result };
}

test('work that takes longer than a second shows a bar on a terminal, and clears it at the end', async () => {
  const { stderr, result } = await work(true, [0.5, 1.5, 2]);

  expect(result).toBe('done');
  expect(stderr).toContain('copying');
  expect(stderr).toMatch(/66%|100%/);
  expect(stderr.trimEnd().endsWith('copying')).toBe(false);
});

test('quick work shows nothing', async () => {
  expect(await work(true, [0.1, 0.2, 0.9])).toEqual({ stderr: '', result: 'done' });
});

test('nothing is drawn where nobody looks', async () => {
  expect(await work(false, [1, 2, 3])).toEqual({ stderr: '', result: 'done' });
});
