import { describe, expect, test } from 'vitest';
import { sqliteUsageDatabase } from '../usage-database.fixture.ts';
import { KeptStatements } from './kept-statements.ts';

describe('kept statements', () => {
  test('are prepared once, as long as no fifty others were asked for since', async () => {
    const database = await sqliteUsageDatabase();
    const statements = new KeptStatements<{ one: bigint }>(database);
    const kept = statements.prepare('SELECT 1 AS one');
    const ask = (first: number, last: number) => {
      for (let number = first; number <= last; number += 1) statements.prepare(`SELECT ${number} AS one`);
    };

    ask(2, 50);
    expect(statements.prepare('SELECT 1 AS one')).toBe(kept);
    ask(51, 99);
    expect(statements.prepare('SELECT 1 AS one')).toBe(kept);
    ask(100, 149);
    expect(statements.prepare('SELECT 1 AS one')).not.toBe(kept);
    expect(statements.prepare('SELECT 1 AS one').all()).toEqual([{ one: 1n }]);
  });
});
