import { type IronDatabase, run, schema } from '@iron/db';
import { describe, expect, test } from 'vitest';
import { NOON, usageDatabase } from '../usage-database.fixture.ts';
import { type ListTracesInput, listTraces } from './read-traces.ts';

const MODELS = ['large', 'small'];

/** A trace every other millisecond, of the tokens in turn: 1 and 2 are ann's, 3 is bob's. Their ids are 1, 2, 3, … */
async function addTraces(database: IronDatabase, count: number): Promise<void> {
  await database.write(function* (tx) {
    for (let index = 0; index < count; index += 1) {
      const when = { tracedAt: NOON + Math.floor(index / 2), durationMs: 1 };
      const what = { provider: 'openai', model: MODELS[index % 2] ?? '', endpoint: '/v1' };
      yield* run(tx.insert(schema.apiCallTraces).values({ tokenId: 1 + (index % 3), ...when, ...what }));
    }
  });
}

async function idsOf(database: IronDatabase, input: ListTracesInput): Promise<number[]> {
  const ids: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await listTraces(database, { ...input, cursor });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

describe('the traces of a user', () => {
  test('are those of all their tokens and of nobody else, latest first, page by page', async () => {
    const database = await usageDatabase();
    await addTraces(database, 30);
    const latestFirst = Array.from({ length: 30 }, (_, index) => 30 - index);

    for (const limit of [1, 4, 1000]) {
      expect(await idsOf(database, { userId: 'ann', limit })).toEqual(latestFirst.filter((id) => id % 3 !== 0));
      expect(await idsOf(database, { userId: 'bob', limit })).toEqual(latestFirst.filter((id) => id % 3 === 0));
    }
    expect(await idsOf(database, { userId: 'carol' })).toEqual([]);
  });

  test('can be asked for with anything else', async () => {
    const database = await usageDatabase();
    await addTraces(database, 12);

    expect(await idsOf(database, { userId: 'ann', model: 'small', limit: 1 })).toEqual([10, 8, 4, 2]);
    expect(await idsOf(database, { userId: 'ann', tokenId: 2, limit: 1 })).toEqual([11, 8, 5, 2]);
    expect(await idsOf(database, { userId: 'ann', tokenId: 3 })).toEqual([]);
    expect(await idsOf(database, { userId: 'ann', from: NOON + 1, to: NOON + 3, limit: 1 })).toEqual([5, 4]);
  });
});
