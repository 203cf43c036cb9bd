import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fieldOf } from '../../answer-field.fixture.ts';
import { type Answered, NOON, openTestApi, type Person, type TestApi } from '../../api.fixture.ts';

let api: TestApi;
let admin: Person;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  api = await openTestApi({ tracePayloads: 'redacted' });
  admin = await api.person('root', 'admin');
  ada = await api.person('ada', 'user');
  ben = await api.person('ben', 'viewer', ['traces:read']);
});
afterAll(async () => await api[Symbol.asyncDispose]());

const TOKEN = `iron_dev_${'x'.repeat(49)}`;
const CALL = { provider: 'openai', model: 'gpt-4o', endpoint: 'POST /v1/chat/completions', durationMs: 250 };

async function record({ secret: as }: Person, body: object, headers: Record<string, string> = {}): Promise<Answered> {
  return await api.ask('POST /api/traces', { as, body, headers });
}

async function recordedId(person: Person, body: object): Promise<number> {
  return Number(fieldOf(await record(person, { ...CALL, ...body }), 'traceId'));
}

async function show(traceId: number, { secret: as }: Person): Promise<Answered> {
  return await api.ask(`GET /api/traces/${traceId}`, { as });
}

const ids = (...of: number[]) => ({ status: 200, body: { items: of.map((id) => ({ id })) } });

/** A body whose payload is a list in a list in a list …, as no program writes it by `JSON.stringify`. */
const deepBody = (depth: number, tokenId: number) =>
  JSON.stringify({ ...CALL, tokenId, requestPayload: 'here' }).replace('"here"', '['.repeat(depth) + ']'.repeat(depth));

describe('traces over HTTP', () => {
  test('are recorded and shown without the secrets in them', async () => {
    const traceId = await recordedId(ada, {
      tokenId: ada.token.id,
      endpoint: 'POST https://api.example.com/v1/chat?key=abcdef&n=1',
      requestPayload: { messages: [{ role: 'user', content: 'Hello' }], api_key: 'abcdef' },
      responsePayload: 'plain text',
      responseStatus: 200,
    });

    expect((await show(traceId, ada)).body).toEqual({
      ...CALL,
      id: traceId,
      tokenId: ada.token.id,
      requestId: null,
      endpoint: 'POST https://api.example.com/v1/chat?key=[redacted]&n=1',
      requestPayload: '{"messages":[{"role":"user","content":"Hello"}],"api_key":"[redacted]"}',
      responsePayload: 'plain text',
      responseStatus: 200,
      inputTokens: null,
      outputTokens: null,
      totalTokens: null,
      costNanos: null,
      tracedAt: NOON,
    });
  });

  test('are once there for one Idempotency-Key, and one for each try of a call else', async () => {
    const body = { ...CALL, tokenId: ada.token.id, requestId: 'tried twice' };
    const headers = { 'idempotency-key': 'a trace' };
    const [first, again, other] = [
      await record(ada, body, headers),
      await record(ada, body, headers),
      await record(ada, { ...body, durationMs: 1 }, headers),
    ];
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency.key_reused' } });

    await record(ada, body);
    const list = await api.ask('GET /api/traces?requestId=tried%20twice', { as: ada.secret });
    expect(fieldOf(list, 'items')).toHaveLength(2);
  });

  test('are those of one’s own tokens: what is another’s is answered as what there is not', async () => {
    const ofBen = await recordedId(admin, { tokenId: ben.token.id });
    const answers = [await show(ofBen, ada), await show(999_999, ada)];
    expect(answers.map((answer) => [answer.status, fieldOf(answer, 'detail')])).toEqual([
      [404, `There is no trace with the id ${ofBen}.`],
      [404, 'There is no trace with the id 999999.'],
    ]);
    expect(await show(ofBen, ben)).toMatchObject({ status: 200, body: { tokenId: ben.token.id } });
    expect(await show(ofBen, admin)).toMatchObject({ status: 200 });

    const refused = [
      await record(ada, { ...CALL, tokenId: ben.token.id }),
      await record(ada, { ...CALL, tokenId: 999_999 }),
    ];
    expect(refused.map((answer) => [answer.status, fieldOf(answer, 'code')])).toEqual([
      [404, 'usage.unknown_token'],
      [404, 'usage.unknown_token'],
    ]);
    expect(await record(ben, { ...CALL, tokenId: ben.token.id })).toMatchObject({ status: 403 });
  });

  test('are listed latest first and without payloads, to users and viewers their own', async () => {
    await using own = await openTestApi({ tracePayloads: 'redacted' });
    const root = await own.person('root', 'admin');
    const eve = await own.person('eve', 'viewer');
    for (const [index, tokenId] of [root.token.id, eve.token.id, root.token.id, eve.token.id].entries()) {
      await own.services.usage.recordTrace({ ...CALL, tokenId, requestPayload: 'x', tracedAt: NOON + index });
    }
    const idsFor = async (query: string, { secret: as }: Person) => await own.ask(`GET /api/traces?${query}`, { as });

    expect(await idsFor('', root)).toMatchObject(ids(4, 3, 2, 1));
    expect(await idsFor('userId=eve', root)).toMatchObject(ids(4, 2));
    const first = await idsFor('limit=1', eve);
    expect(first).toMatchObject(ids(4));
    const cursor = String(fieldOf(first, 'nextCursor'));
    expect(await idsFor(`limit=1&cursor=${cursor}`, eve)).toMatchObject(ids(2));
    expect(await idsFor(`tokenId=${root.token.id}`, eve)).toMatchObject(ids());
    expect(await idsFor('userId=root', eve)).toMatchObject({ status: 403, body: { code: 'access.not_yours' } });
    expect(JSON.stringify(first.body)).not.toContain('Payload');
  });

  test.each([101, 1_000, 20_000])(
    'are refused with a payload that is nested %d deep, and nothing fails',
    async (depth) => {
      for (const headers of [{}, { 'idempotency-key': `deep ${depth}` }]) {
        const answer = await api.send('POST', '/api/traces', {
          headers: { authorization: `Bearer ${ada.secret}`, 'content-type': 'application/json', ...headers },
          body: deepBody(depth, ada.token.id),
        });
        expect(answer).toMatchObject({ status: 422, body: { code: 'http.nested_too_deeply', details: { most: 100 } } });
      }
      expect(api.failures).toEqual([]);
    },
  );

  test('are taken with a payload as deep as programs nest them, or with a deeper one as a text', async () => {
    const answer = await api.send('POST', '/api/traces', {
      headers: { authorization: `Bearer ${ada.secret}`, 'content-type': 'application/json', 'idempotency-key': 'deep' },
      body: deepBody(99, ada.token.id),
    });
    expect(answer).toMatchObject({ status: 201 });
    const asText = '['.repeat(20_000) + ']'.repeat(20_000);
    const traceId = await recordedId(ada, { tokenId: ada.token.id, requestPayload: asText });
    expect(await show(traceId, ada)).toMatchObject({ body: { requestPayload: asText } });
  });

  test.each([
    ['a model that holds a token', { model: TOKEN }, '/model'],
    ['a request id that holds a token', { requestId: `call of ${TOKEN}` }, '/requestId'],
    ['no duration', { durationMs: undefined }, '/durationMs'],
    ['a status that is none', { responseStatus: 42 }, '/responseStatus'],
    ['a field that there is not', { status: 200 }, '/status'],
  ])('are refused with %s', async (_, wrong, where) => {
    const answer = await record(ada, { ...CALL, tokenId: ada.token.id, ...wrong });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ where }] } });
    expect(JSON.stringify(answer.body)).not.toContain(TOKEN);
  });
});
