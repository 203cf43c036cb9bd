import { expect, test } from 'vitest';
import { capturedContext } from '../captured-context.fixture.ts';
import { withProgress } from './progress.ts';

const FOREVER = 60_000;

/** Work that blocks this process and reports three times, `seconds` after it began each. */
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
  expect(stderr).toContain('█'.repeat(16) + '░'.repeat(8) + ' 66%  copying');
  // The last thing drawn is nothing: back to the first column, the line erased.
  expect(stderr.endsWith('\u001b[1G\u001b[2K')).toBe(true);
});

test('a long step that reports nothing shows a bar too', async () => {
  const captured = capturedContext({ terminal: true });
  await withProgress(captured.context, async () => new Promise((resolve) => setTimeout(resolve, 50)), 1);

  expect(captured.stderr()).toContain('░'.repeat(24) + ' 0%  preparing');
});

test('quick work shows nothing', async () => {
  expect(await work(true, [0.1, 0.2, 0.9])).toEqual({ stderr: '', result: 'done' });
});

test('nothing is drawn where nobody looks', async () => {
  expect(await work(false, [1, 2, 3])).toEqual({ stderr: '', result: 'done' });
});

test('an error leaves no bar behind', async () => {
  const captured = capturedContext({ terminal: true });
  const failing = withProgress(
    captured.context,
    async () => {
      throw new Error('full');
    },
    FOREVER,
  );

  await expect(failing).rejects.toThrow('full');
  expect(captured.stderr()).toBe('');
});
