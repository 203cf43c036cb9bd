import { applyAllMigrations, openSqliteDatabase } from '@iron/db';
import { describe, expect, test } from 'vitest';
import { listHoldsSchema } from './limit-input.ts';
import { NOW } from './limits.fixture.ts';
import { openHolds } from './list-holds.ts';

describe('the list of open holds', () => {
  test.each([
    ['of everybody', {}],
    ['of one user', { userId: 'ann' }],
    ['of everybody from a page on', { cursor: Buffer.from('["ann",5,1]').toString('base64url') }],
    ['of one user from a page on', { userId: 'ann', cursor: Buffer.from('["ann",5,1]').toString('base64url') }],
  ])('%s is read in the order of its index: nothing is sorted, and no ended hold is looked at', async (_, wanted) => {
    using database = await openSqliteDatabase('sqlite::memory:');
    await applyAllMigrations(database);
    const { sql, params } = openHolds(database.reader, listHoldsSchema.parse(wanted), NOW).toSQL();
    const plan = database.connection.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...params);
    expect(plan.map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/^(SEARCH|SCAN) _holds USING INDEX _holds_open/),
    ]);
  });
});
