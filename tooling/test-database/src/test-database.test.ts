import { describe, expect, it } from 'vitest';
import type { IronDatabase } from '@iron/db';
import { TEST_ENGINE, testDatabase } from './test-database.ts';

const COUNT_AGENTS = 'SELECT count(*) AS agents FROM agents';
const ADD_AGENT = `INSERT INTO agents (name, created_at) VALUES ('gateway', ${Date.UTC(2026, 0)})`;

async function countAgents(database: IronDatabase): Promise<unknown> {
  return await database.reader.statement(COUNT_AGENTS).get();
}

describe('the database of a test', () => {
  it('is on the engine of the run, migrated and empty', async () => {
    await using test = await testDatabase();
    expect(test.database.engine).toBe(TEST_ENGINE);
    expect(await countAgents(test.database)).toEqual({ agents: 0 });
  });

  it('is not the database of another test', async () => {
    await using one = await testDatabase();
    await using other = await testDatabase();
    await one.database.reader.statement(ADD_AGENT).run();
    expect(await countAgents(one.database)).toEqual({ agents: 1 });
    expect(await countAgents(other.database)).toEqual({ agents: 0 });
  });

  it('that is shared shows to all who opened it what one of them wrote', async () => {
    await using test = await testDatabase({ shared: true });
    const another = await test.openAnother();
    await another.reader.statement(ADD_AGENT).run();
    expect(await countAgents(test.database)).toEqual({ agents: 1 });
  });
});
