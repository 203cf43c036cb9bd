import { describe, expect, it } from 'vitest';
import type { IronDatabase } from '@iron/db';
import { TEST_ENGINE, testDatabase } from './test-database.js';

const COUNT_ENTITIES = 'SELECT count(*) AS entities FROM entities';
const ADD_ENTITY = `INSERT INTO projects (id, name, created_at, updated_at) VALUES ('p', 'p', 1, 1)`;

async function countEntities(database: IronDatabase): Promise<unknown> {
  return await database.reader.statement(COUNT_ENTITIES).get();
}

describe('the database of a test', () => {
  it('is on the engine of the run, migrated and empty', async () => {
    await using test = await testDatabase();
    expect(test.database.engine).toBe(TEST_ENGINE);
    expect(await countEntities(test.database)).toEqual({ entities: 0 });
  });

  it('is not the database of another test', async () => {
    await using one = await testDatabase();
    await using other = await testDatabase();
    await one.database.reader.statement(ADD_ENTITY).run();
    expect(await countEntities(one.database)).toEqual({ entities: 1 });
    expect(await countEntities(other.database)).toEqual({ entities: 0 });
  });

  it('that is shared shows to all who opened it what one of them wrote', async () => {
    await using test = await testDatabase({ shared: true });
    const another = await test.openAnother();
    await another.reader.statement(ADD_ENTITY).run();
    expect(await countEntities(test.database)).toEqual({ entities: 1 });
  });

  it.runIf(TEST_ENGINE === 'sqlite')('in memory cannot be opened twice, and says what to ask for', async () => {
    await using test = await testDatabase();
    await expect(test.openAnother()).rejects.toThrow('ask for a shared one');
  });
});
