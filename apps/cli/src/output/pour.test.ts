import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { pour } from './pour.ts';

const PIECES = 1_000;

/** A thousand pieces, and how many of them were made. */
function counted() {
  const made = { count: 0, isEnded: false };
  async function* pieces() {
    try {
      while (made.count < PIECES) {
        made.count += 1;
        yield `piece ${made.count}\n`;
      }
    } finally {
      made.isEnded = true;
    }
  }
  return { made, pieces: pieces() };
}

async function* failing() {
  yield 'one';
  throw new Error('torn');
}

test('no more is made than its reader takes, and all of it arrives', async () => {
  const { made, pieces } = counted();
  const stdout = new PassThrough({ highWaterMark: 10 });
  const poured = pour(pieces, stdout);
  for (let turn = 0; turn < 100; turn += 1) await nextTurn();
  expect(made.count).toBeLessThan(PIECES / 2);

  const arrived = text(stdout);
  await poured;
  stdout.end();

  expect((await arrived).split('\n')).toHaveLength(PIECES + 1);
});

test('a reader that has seen enough ends it, and nothing more is made', async () => {
  const { made, pieces } = counted();
  const stdout = new PassThrough({ highWaterMark: 10 });
  const poured = pour(pieces, stdout);
  stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));

  await poured;

  expect(made.isEnded).toBe(true);
  expect(made.count).toBeLessThan(PIECES);
});

test('an error on the way is an error', async () => {
  await expect(pour(failing(), new PassThrough())).rejects.toThrow('torn');
});
