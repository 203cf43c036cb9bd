import { expect, test } from 'vitest';
import { type ListPart, readPages } from './pages.ts';

const WORDS = ['a', 'b', 'c', 'd', 'e'];

/** A list that gives two at a time, whatever is asked for. */
async function readTwo({ cursor = '0' }: { cursor: string | undefined }): Promise<ListPart<string>> {
  const [start, end] = [Number(cursor), Number(cursor) + 2];
  return { items: WORDS.slice(start, end), nextCursor: end < WORDS.length ? String(end) : null };
}

test('--all puts the parts together until there is no next one, from a cursor on or from the beginning', async () => {
  expect(await readPages({ all: true }, readTwo)).toEqual({ items: WORDS, nextCursor: null });
  expect(await readPages({ all: true, cursor: '2' }, readTwo)).toEqual({ items: ['c', 'd', 'e'], nextCursor: null });
});

test('without it one part is read, with what was typed', async () => {
  expect(await readPages({ cursor: '2' }, readTwo)).toEqual({ items: ['c', 'd'], nextCursor: '4' });
  const asked = await readPages({ limit: 7 }, async (page) => ({ items: [page], nextCursor: null }));
  expect(asked.items).toEqual([{ limit: 7, cursor: undefined }]);
});
