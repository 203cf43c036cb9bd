import { PriceStorage } from '@iron/usage';
import { describe, expect, test } from 'vitest';
import { admissionDatabase, MODEL, NOON } from './admission-database.fixture.ts';

const call = { ...MODEL, inputTokens: 100, maxOutputTokens: 50 };
const used = { inputTokens: 100, outputTokens: 10 };

describe('what a call used', () => {
  test.each<[field: string, value: unknown]>([
    ['tokenId', 1],
    ['provider', 'acme'],
    ['recordedAt', NOON],
    ['outputTokns', 10],
  ])('says nothing of %s: it is refused, and the call can be settled without', async (field, value) => {
    await using t = await admissionDatabase();
    const admission = await t.admissions.authorize({ ...call, token: t.token });
    const neighbour = await t.admissions.authorize({ ...call, token: t.token });

    const [bySelf, byRequestId, ofNeighbour] = await Promise.allSettled([
      admission.settle({ ...used, [field]: value }),
      t.admissions.settle({ ...used, requestId: admission.requestId, [field]: value }),
      neighbour.settle(used),
    ]);

    const refusal = { code: 'input.invalid', message: `settle: there is no field ${field}.` };
    expect(bySelf).toMatchObject({ reason: refusal });
    expect(byRequestId).toMatchObject({ reason: refusal });
    expect(ofNeighbour).toMatchObject({ value: { settled: true } });
    await expect(admission.settle(used)).resolves.toMatchObject({ settled: true });
  });

  test('says nothing of the request id of an admission, which has its own', async () => {
    await using t = await admissionDatabase();
    const admission = await t.admissions.authorize({ ...call, token: t.token });
    const odd = { ...used, requestId: 'another' };
    await expect(admission.settle(odd)).rejects.toThrow('settle: there is no field requestId.');
  });

  test('may be of another model than was asked for, and is billed as that', async () => {
    await using t = await admissionDatabase();
    const prices = await PriceStorage.open(t.database, { now: () => NOON });
    await prices.setPriceOverride({ provider: 'acme', model: 'small', input: '0.5', output: '1' });
    const admission = await t.admissions.authorize({ ...call, token: t.token });

    await expect(admission.settle({ ...used, model: 'small' })).resolves.toMatchObject({
      costNanos: 100 * 500 + 10 * 1_000,
    });
    expect(await t.rows('token_usage')).toMatchObject([{ provider: 'acme', model: 'small' }]);
  });

  test('names no model that is a token: it would be written where it can be read', async () => {
    await using t = await admissionDatabase();
    const admission = await t.admissions.authorize({ ...call, token: t.token });
    await expect(admission.settle({ ...used, model: t.token })).rejects.toThrow('settle: model: holds a token');
    expect(await t.rows('token_usage')).toEqual([]);
  });
});
