import { describe, expect, test } from 'vitest';
import type { CommitQueue } from './commit-queue.ts';
import { notes } from './notes.fixture.ts';

/** How many writes each commit has from now on. */
function counted(queue: CommitQueue) {
  const writes: number[] = [];
  const end = queue.onCommit((commit) => void writes.push(commit.writes));
  return { writes, end };
}

describe('who listens to commits', () => {
  test('hears how many writes each had, before their promises resolve, until the end of listening', async () => {
    const { queue, add } = notes();
    const { writes, end } = counted(queue);
    const seen = await Promise.all(
      ['one', 'two'].map(async (text) => await queue.write(add(text)).then(() => [...writes])),
    );
    await queue.write(add('three'));
    end();
    await queue.write(add('four'));
    expect(seen).toEqual([[2], [2]]);
    expect(writes).toEqual([2, 1]);
  });

  test('hears how long it took, in milliseconds', async () => {
    const { queue, add } = notes();
    const times: number[] = [];
    queue.onCommit(({ milliseconds }) => void times.push(milliseconds));
    const beganAt = performance.now();
    await queue.write(add('one'));
    expect(times).toEqual([expect.toSatisfy((time: number) => time > 0 && time <= performance.now() - beganAt)]);
  });

  test('hears of a commit that had to be done again once, and of none that failed', async () => {
    const { queue, connection, add } = notes();
    const { writes } = counted(queue);
    await Promise.allSettled([add('one'), add('one'), add('two')].map((work) => queue.write(work)));
    connection.pragma(`max_page_count = ${Number(connection.pragma('page_count', { simple: true }))}`);
    await Promise.allSettled([queue.write(add('x'.repeat(100_000)))]);
    expect(writes).toEqual([3]);
  });
});
