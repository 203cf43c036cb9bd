import { InvalidCursorError, InvalidInputError, makeCursor, type Page, type schema } from '@iron/db';
import { describe, expect, test } from 'vitest';
import { HoldNotFoundError } from './limit-errors.ts';
import type { ListHoldsInput } from './limit-input.ts';
import { aCall, NOW, SECOND, type TestLimits, testLimits, withLimit } from './limits.fixture.ts';

const idsOf = ({ items }: Page<schema.Hold>) => items.map(({ requestId }) => requestId);

/** The request ids of every page, one after the other. */
async function idsOfAllPages({ limits }: TestLimits, wanted: ListHoldsInput): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await limits.listHolds({ ...wanted, ...(cursor !== undefined && { cursor }) });
    pages.push(idsOf(page));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return pages;
}

describe('a hold', () => {
  test('can be looked at by its request id, also after it has ended', async () => {
    const { limits } = await withLimit();
    const held = await limits.hold(aCall({ requestId: 'one', tokens: 7 }));
    expect(await limits.getHold('one')).toEqual(held);

    await limits.release({ requestId: 'one', reason: 'given up' });
    expect(await limits.getHold('one')).toEqual({ ...held, state: 'released', endedAt: NOW, endReason: 'given up' });
    await expect(limits.getHold('two')).rejects.toThrow(HoldNotFoundError);
    await expect(limits.getHold('')).rejects.toThrow(InvalidInputError);
  });

  test('whose time is over is shown as expired before anybody has given it back, and can be settled all the same', async () => {
    const t = await withLimit();
    await t.limits.hold(aCall({ requestId: 'late', ttlMs: SECOND }));
    t.clock.time += SECOND;

    expect(await t.limits.getHold('late')).toMatchObject({ state: 'expired', endedAt: NOW + SECOND });
    expect(idsOf(await t.limits.listHolds())).toEqual([]);
    expect((await t.limits.listHolds({ state: 'expired' })).items).toEqual([await t.limits.getHold('late')]);

    await t.limits.settle({ requestId: 'late', tokens: 5, costNanos: 0 });
    expect(await t.limits.getHold('late')).toMatchObject({ state: 'settled' });
    expect(idsOf(await t.limits.listHolds({ state: 'expired' }))).toEqual([]);
  });
});

describe('the list of open holds', () => {
  test('goes user by user, first what expires first, of one user or project if asked for', async () => {
    const t = await testLimits();
    await t.limits.hold(aCall({ requestId: 'b', userId: 'bob', projectId: 'red', ttlMs: SECOND }));
    await t.limits.hold(aCall({ requestId: 'a3', ttlMs: 3 * SECOND }));
    await t.limits.hold(aCall({ requestId: 'a1', projectId: 'red', ttlMs: SECOND }));
    await t.limits.hold(aCall({ requestId: 'a2', ttlMs: 2 * SECOND }));
    await t.limits.hold(aCall({ requestId: 'ended' }));
    await t.limits.release({ requestId: 'ended' });

    expect(idsOf(await t.limits.listHolds())).toEqual(['a1', 'a2', 'a3', 'b']);
    expect(idsOf(await t.limits.listHolds({ userId: 'ann' }))).toEqual(['a1', 'a2', 'a3']);
    expect(idsOf(await t.limits.listHolds({ projectId: 'red' }))).toEqual(['a1', 'b']);
    expect(idsOf(await t.limits.listHolds({ userId: 'bob', projectId: 'blue' }))).toEqual([]);
  });

  test.each([{}, { userId: 'ann' }])(
    'comes page by page, each hold once, however alike they are: %o',
    async (whose) => {
      const t = await testLimits();
      for (const requestId of ['1', '2', '3', '4', '5']) await t.limits.hold(aCall({ requestId }));
      expect(await idsOfAllPages(t, { ...whose, limit: 2 })).toEqual([['1', '2'], ['3', '4'], ['5']]);
    },
  );
});

describe('the list of ended holds', () => {
  test('has those of one state, the latest made first', async () => {
    const t = await testLimits();
    for (const requestId of ['open', 'settled', 'released', 'again']) await t.limits.hold(aCall({ requestId }));
    await t.limits.settle({ requestId: 'settled', tokens: 1, costNanos: 0 });
    await t.limits.release({ requestId: 'again' });
    await t.limits.release({ requestId: 'released' });

    expect(idsOf(await t.limits.listHolds({ state: 'settled' }))).toEqual(['settled']);
    expect(idsOf(await t.limits.listHolds({ state: 'released' }))).toEqual(['again', 'released']);
    expect(await idsOfAllPages(t, { state: 'released', limit: 1 })).toEqual([['again'], ['released']]);
    expect(idsOf(await t.limits.listHolds({ state: 'released', userId: 'bob' }))).toEqual([]);
  });

  test('looks at a bounded number of rows at a time, and goes on after them', async () => {
    const t = await testLimits();
    for (const requestId of ['first', 'second']) await t.limits.hold(aCall({ requestId }));
    await t.limits.release({ requestId: 'first' });
    await insertSettled(t, 5_000);
    await t.limits.hold(aCall({ requestId: 'latest' }));
    await t.limits.release({ requestId: 'latest' });

    expect(await idsOfAllPages(t, { state: 'released' })).toEqual([['latest'], ['first']]);
    expect(await idsOfAllPages(t, { state: 'expired' })).toEqual([[], []]);
  });
});

test('a list of holds refuses states, fields and cursors that it does not know', async () => {
  const t = await testLimits();
  const list = (wanted: object) => t.limits.listHolds({ ...wanted });
  await expect(list({ state: 'over' })).rejects.toThrow('listHolds: state');
  await expect(list({ tokenId: 1 })).rejects.toThrow('there is no field tokenId');
  for (const requestId of ['1', '2']) await t.limits.hold(aCall({ requestId }));
  const { nextCursor } = await t.limits.listHolds({ limit: 1 });
  await expect(t.limits.listHolds({ state: 'settled', cursor: String(nextCursor) })).rejects.toThrow(
    InvalidCursorError,
  );
  await expect(t.limits.listHolds({ cursor: makeCursor(['alice\0', 1, 1]) })).rejects.toThrow(InvalidCursorError);
});

async function insertSettled({ database }: TestLimits, count: number): Promise<void> {
  await database.reader
    .statement(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
       INSERT INTO _holds (request_id, user_id, state, tokens, requests, cost_nanos, held_at, expires_at, ended_at)
       SELECT 'many-' || i, 'ann', 'settled', 1, 1, 0, ${NOW}, ${NOW}, ${NOW} FROM n`,
    )
    .run();
}
