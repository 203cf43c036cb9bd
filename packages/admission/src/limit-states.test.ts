import { expect, test } from 'vitest';
import { admissionDatabase, MODEL } from './admission-database.fixture.ts';

const call = { ...MODEL, inputTokens: 100, maxOutputTokens: 50 };

test('a call that is let through says how full its limits are with it', async () => {
  await using t = await admissionDatabase();
  await t.limits.createLimit({ userId: 'alice', maxTokensPerDay: 1_000 });
  await t.limits.createLimit({ userId: 'alice', projectId: 'search', maxRequestsPerMinute: 2 });
  await t.limits.createLimit({ userId: 'bob', maxTokensPerDay: 1 });

  const first = await t.admissions.authorize({ ...call, token: t.token, requestId: 'one' });
  const second = await t.admissions.authorize({ ...call, token: t.token });

  expect(first.limitStates()).toMatchObject([
    { limitId: 1, dimension: 'tokens', held: 150, left: 850 },
    { limitId: 2, dimension: 'requests', held: 1, left: 1 },
  ]);
  expect(second.limitStates()).toEqual(await t.limits.limitStates({ userId: 'alice', projectId: 'search' }));

  const again = await t.admissions.authorize({ ...call, token: t.token, requestId: 'one' });
  expect([again.isNew, again.limitStates()]).toEqual([false, second.limitStates()]);
});

test('a call that no limit applies to says of none', async () => {
  await using t = await admissionDatabase();
  const admission = await t.admissions.authorize({ ...call, token: t.token });
  expect(admission.limitStates()).toEqual([]);
});
