import type { IronDatabase } from '@iron/db';
import { expect, test } from 'vitest';
import { execute } from '../database-statements.fixture.ts';
import { ADA, logOf, NOON, OPENAI_KEY, testKeys } from './test-keys.fixture.ts';

const OPENAI = { provider: 'openai', key: OPENAI_KEY, userId: 'ada' };
const reveal = (key: string) => key;

async function rowsChanged({ reader }: IronDatabase): Promise<number> {
  const counted = await reader.statement<[], { changes: number }>('SELECT total_changes() AS changes').get();
  return counted?.changes ?? 0;
}

test('the time of use is written once a minute at most, also when it is used twice at once', async () => {
  await using given = await testKeys();
  const { keys, clock, database } = given;
  await keys.addKey(OPENAI);
  const use = async (after: number) => {
    clock.time = NOON + after;
    await Promise.all([keys.withKey({ keyId: 1 }, reveal), keys.withKey({ keyId: 1 }, reveal)]);
    return await rowsChanged(database);
  };

  const first = await use(1000);
  const again = await use(60_999);
  const later = await use(61_000);

  expect(again).toBe(first);
  expect(later).toBe(first + 1);
});

test('a deleted key is taken from its projects also where foreign keys are off', async () => {
  await using given = await testKeys();
  await given.keys.addKey(OPENAI);
  await given.keys.assignToProject({ keyId: 1, projectId: 'alpha' });
  await execute(given.database, 'PRAGMA foreign_keys = OFF');

  await given.keys.deleteKey({ keyId: 1, actor: ADA });

  const rows = await given.database.reader.statement('SELECT * FROM project_provider_key_assignments').all();
  expect(rows).toEqual([]);
  const changes = { provider: 'openai', userId: 'ada', maskedKey: 'sk-…WXYZ', projects: 1 };
  expect((await logOf(given)).at(-1)).toEqual({ id: '1', action: 'delete', by: 'ada', changes });
});
