import { HoldNotFoundError } from '@iron/limits';
import { InvalidTokenError } from '@iron/tokens';
import { expect, test } from 'vitest';
import { admissionDatabase, MODEL } from './admission-database.fixture.ts';

const call = { ...MODEL, inputTokens: 100, maxOutputTokens: 50 };
const used = { inputTokens: 100, outputTokens: 10 };

test('who may let through the calls of one user alone, cannot tell the token of another one from none', async () => {
  const reasons: string[] = [];
  await using t = await admissionDatabase({ onRefused: ({ reason }) => void reasons.push(reason) });
  const refusalOf = async (token: string) =>
    await t.admissions.authorize({ ...call, token }, { ofUser: 'bob' }).catch((error: unknown) => error);

  expect(await refusalOf(t.token)).toEqual(new InvalidTokenError());
  expect(await refusalOf('nonsense')).toEqual(new InvalidTokenError());
  expect(reasons).toEqual(['unknown']);
  expect(await t.rows('_holds')).toEqual([]);
  await expect(t.admissions.authorize({ ...call, token: t.token }, { ofUser: 'alice' })).resolves.toMatchObject({
    isNew: true,
  });
});

test('who may end the calls of one user alone, cannot tell the hold of another one from none', async () => {
  await using t = await admissionDatabase();
  const { requestId } = await t.admissions.authorize({ ...call, token: t.token });
  const before = await t.rows('_holds');

  const bob = { ofUser: 'bob' };
  await expect(t.admissions.settle({ requestId, ...used }, bob)).rejects.toEqual(new HoldNotFoundError(requestId));
  await expect(t.admissions.release({ requestId }, bob)).rejects.toEqual(new HoldNotFoundError(requestId));

  expect(await t.rows('_holds')).toEqual(before);
  const alice = { ofUser: 'alice' };
  await expect(t.admissions.settle({ requestId, ...used }, alice)).resolves.toMatchObject({ settled: true });
  await expect(t.admissions.release({ requestId }, alice)).resolves.toBe(false);
});
