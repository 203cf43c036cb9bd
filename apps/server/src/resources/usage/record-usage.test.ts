import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fieldOf } from '../../answer-field.fixture.ts';
import { type Answered, type Asked, type Person, openTestApi, type TestApi } from '../../api.fixture.ts';

let api: TestApi;
let admin: Person;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  api = await openTestApi();
  admin = await api.person('root', 'admin');
  ada = await api.person('ada', 'user');
  ben = await api.person('ben', 'user');
});
afterAll(async () => await api[Symbol.asyncDispose]());

const CALL = { provider: 'openai', model: 'gpt-4o', inputTokens: 1_180, outputTokens: 210 };

async function record({ secret: as }: Person, body: object, headers: Asked['headers'] = {}): Promise<Answered> {
  return await api.ask('POST /api/usage', { as, body, headers });
}

async function rowsOf({ userId }: Person): Promise<number> {
  return (await api.services.usage.listUsage({ userId, limit: 1_000 })).items.length;
}

describe('POST /api/usage', () => {
  test('records what a call used, billed by the price of its model', async () => {
    const tokenId = ada.token.id;
    const answer = await record(admin, { ...CALL, tokenId, requestId: 'billed' });

    expect(answer).toMatchObject({ status: 201, body: { requestId: 'billed', costNanos: 5_050_000 } });
    const [line] = (await api.services.usage.listUsage({ tokenId })).items;
    expect(line).toMatchObject({ ...CALL, tokenId, requestId: 'billed', totalTokens: 1_390, costNanos: 5_050_000 });
  });

  test('says so where a model has no price, which is not a cost of zero', async () => {
    const answer = await record(ada, { ...CALL, tokenId: ada.token.id, provider: 'in-house' });
    expect(answer).toMatchObject({ status: 201, body: { requestId: null, costNanos: null, priceVersion: null } });
  });

  test.each([
    ['a request id', { requestId: 'once' }, {}],
    ['an Idempotency-Key', {}, { 'idempotency-key': 'once' }],
  ])('answers the same call of %s again as before, and counts it once', async (_, name, headers) => {
    const body = { ...CALL, ...name, tokenId: ada.token.id };
    const before = await rowsOf(ada);

    const first = await record(ada, body, headers);
    const again = await record(ada, body, headers);
    const other = await record(ada, { ...body, outputTokens: 211 }, headers);

    expect(first.status).toBe(201);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(other).toMatchObject({ status: 409, body: { code: 'usage.conflict' } });
    expect(await rowsOf(ada)).toBe(before + 1);
  });

  test('takes the request id of the call where both are there, and a key for its asker alone', async () => {
    const headers = { 'idempotency-key': 'mine' };
    const [ofAda, ofBen, named] = [
      await record(ada, { ...CALL, tokenId: ada.token.id }, headers),
      await record(ben, { ...CALL, tokenId: ben.token.id }, headers),
      await record(ada, { ...CALL, tokenId: ada.token.id, requestId: 'named' }, headers),
    ];

    expect([ofAda, ofBen, named].map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(named.body).toMatchObject({ requestId: 'named' });
    expect(fieldOf(ofAda, 'requestId')).toMatch(/^key-[\da-f]{64}$/);
    expect(fieldOf(ofBen, 'requestId')).not.toBe(fieldOf(ofAda, 'requestId'));
  });

  test('is for a user’s own tokens: another’s is answered as one that there is not', async () => {
    const { secret: second } = await api.services.tokens.createToken({ userId: 'ada', scopes: ['usage:write'] });
    const unknown = await record(ada, { ...CALL, tokenId: 999_999 });
    const another = await record(ada, { ...CALL, tokenId: ben.token.id });

    expect(await record({ ...ada, secret: second }, { ...CALL, tokenId: ada.token.id })).toMatchObject({ status: 201 });
    expect(unknown).toMatchObject({
      status: 404,
      body: { code: 'usage.unknown_token', detail: 'There is no token with the id 999999.' },
    });
    expect(another).toMatchObject({
      status: 404,
      body: { code: 'usage.unknown_token', detail: `There is no token with the id ${ben.token.id}.` },
    });
    expect(await record(admin, { ...CALL, tokenId: 999_999 })).toMatchObject({ status: 404 });
  });

  test('does not let a stranger learn of a call by its request id: that is only taken', async () => {
    await record(ben, { ...CALL, tokenId: ben.token.id, requestId: 'of ben' });
    const same = await record(ada, { ...CALL, tokenId: ada.token.id, requestId: 'of ben' });
    expect(same).toMatchObject({ status: 409, body: { code: 'usage.conflict', details: { requestId: 'of ben' } } });
  });

  test.each([
    ['no counts', { provider: 'openai', model: 'gpt-4o' }, '/inputTokens'],
    ['a negative count', { ...CALL, inputTokens: -1 }, '/inputTokens'],
    ['half a token', { ...CALL, outputTokens: 0.5 }, '/outputTokens'],
    ['a count as a text', { ...CALL, inputTokens: '1' }, '/inputTokens'],
    ['a field that there is not', { ...CALL, tokens: 1 }, '/tokens'],
    ['an actor', { ...CALL, actor: { userId: 'root' } }, '/actor'],
    ['a time in seconds', { ...CALL, recordedAt: 1_772_366_400 }, '/recordedAt'],
  ])('refuses %s by name', async (_, call, where) => {
    const answer = await record(ada, { ...call, tokenId: ada.token.id });
    expect(answer).toMatchObject({ status: 422, body: { code: 'http.invalid_request' } });
    expect(JSON.stringify(answer.body)).toContain(`"where":"${where}"`);
  });

  test('says how large a count and a cost may be', async () => {
    const tooMany = await record(ada, { ...CALL, tokenId: ada.token.id, inputTokens: 10 ** 12 + 1 });
    expect(tooMany).toMatchObject({
      status: 422,
      body: { errors: [{ where: '/inputTokens', message: 'must be a whole number from 0 to 1000000000000' }] },
    });
    expect(await record(ada, { ...CALL, tokenId: ada.token.id, costNanos: 10 ** 14 + 1 })).toMatchObject({
      status: 422,
      body: { errors: [{ where: '/costNanos', message: 'must be a whole number from 0 to 100000000000000' }] },
    });
  });

  test('refuses counts that do not add up, and cost that nothing can hold', async () => {
    expect(await record(ada, { ...CALL, tokenId: ada.token.id, totalTokens: 3 })).toMatchObject({
      status: 422,
      body: { code: 'usage.totals_do_not_add_up' },
    });
    const most = 10 ** 12;
    expect(await record(ada, { ...CALL, tokenId: ada.token.id, inputTokens: most - 210 })).toMatchObject({
      status: 422,
      body: { code: 'price.cost_too_large' },
    });
    expect(await record(ada, { ...CALL, tokenId: ada.token.id, inputTokens: most })).toMatchObject({
      status: 422,
      body: { code: 'usage.invalid_count', details: { field: 'totalTokens', given: '1000000000210' } },
    });
  });

  test.each(['model', 'provider', 'requestId'])(
    'refuses a token in the place of %s, and does not repeat it',
    async (field) => {
      const answer = await record(ada, { ...CALL, tokenId: ada.token.id, [field]: `x ${ben.secret}` });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ where: `/${field}` }] } });
      expect(JSON.stringify(answer.body)).toContain('holds a token');
      expect(JSON.stringify(answer.body)).not.toContain(ben.secret);
    },
  );
});
