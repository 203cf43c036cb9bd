import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { NOON, openTestApi, type TestApi } from '../../api.fixture.ts';

const GPT = { litellm_provider: 'openai', mode: 'chat', input_cost_per_token: 2.5e-6, output_cost_per_token: 1e-5 };

let api: TestApi;
/** Secrets of an administrator, a user and a viewer. */
let root: string, ada: string, vera: string;
beforeAll(async () => {
  api = await openTestApi();
  root = (await api.person('root', 'admin')).secret;
  ada = (await api.person('ada', 'user')).secret;
  vera = (await api.person('vera', 'viewer')).secret;
});
beforeEach(() => void (api.clock.now = NOON));
afterAll(async () => await api[Symbol.asyncDispose]());

const book = z.looseObject({ version: z.string() });

async function show(query: string, as = root) {
  return await api.ask(`GET /api/prices?${query}`, { as });
}

async function set(body: object): Promise<string> {
  return book.parse((await api.ask('POST /api/prices/overrides', { as: root, body })).body).version;
}

async function importList(source: string, json: unknown, headers: Record<string, string> = {}) {
  return await api.ask('POST /api/prices/imports', { as: root, body: { source, json }, headers });
}

describe('an override', () => {
  test('counts at once, until it is taken back, and each is a price book of its own', async () => {
    const query = 'provider=openai&model=gpt-4o-mini';
    const before = (await show(query)).body;
    const answer = await api.ask('POST /api/prices/overrides', {
      as: root,
      body: { provider: 'openai', model: 'gpt-4o-mini', input: 9, output: 9 },
    });
    expect(answer).toMatchObject({ status: 201, body: { source: 'override', importedAt: NOON } });
    const { version } = book.parse(answer.body);
    expect(await show(query)).toMatchObject({ body: { version, source: 'override', usd: { base: { input: '9' } } } });

    const removed = await api.ask(`DELETE /api/prices/overrides?${query}`, { as: root });
    expect(removed).toMatchObject({ status: 200, body: { source: 'override' } });
    expect((await show(query)).body).toEqual(before);
    expect(await api.refusalOf(`DELETE /api/prices/overrides?${query}`, { as: root })).toEqual([
      404,
      'price.override_not_found',
    ]);
    expect(await api.ask(`GET /api/prices/books/${version}`, { as: ada })).toMatchObject({
      status: 200,
      body: {
        version,
        prices: [{ provider: 'openai', models: [{ model: 'gpt-4o-mini', prices: [{ input: 9_000_000 }] }] }],
      },
    });
  });

  test('is set once where the request is repeated with its Idempotency-Key', async () => {
    const asked = {
      as: root,
      body: { provider: 'in-house', model: 'once', input: 1, output: 2 },
      headers: { 'idempotency-key': 'o' },
    };
    const first = await api.ask('POST /api/prices/overrides', asked);
    const second = await api.ask('POST /api/prices/overrides', asked);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });

  test.each([
    [{ input: -1 }],
    [{ input: '0.0000001' }],
    [{ input: 'cheap' }],
    [{ input: null }],
    [{ output: undefined }],
    [{ provider: ' ' }],
    [
      {
        tiers: [
          { over: 2, input: 1 },
          { over: 1, input: 1 },
        ],
      },
    ],
    [{ effectiveFrom: '2026-03-01' }],
    [{ cost: 1 }],
    [{ actor: { userId: 'eve' } }],
  ])('is refused with %j', async (about) => {
    const body = { provider: 'in-house', model: 'refused', input: 1, output: 1, ...about };
    expect(await api.refusalOf('POST /api/prices/overrides', { as: root, body })).toEqual([
      422,
      'http.invalid_request',
    ]);
    expect(await api.refusalOf('GET /api/prices?provider=in-house&model=refused', { as: root })).toEqual([
      404,
      'price.unknown_model',
    ]);
  });
});

describe('a price list that is imported', () => {
  test('counts before the one that comes with Iron, is kept, and is not imported twice', async () => {
    const list = { 'gpt-imported': GPT, 'dall-e': { litellm_provider: 'openai', input_cost_per_pixel: 1e-8 } };
    const first = await importList('litellm', list);
    expect(first).toMatchObject({
      status: 201,
      body: { imported: true, models: 1, unpricedModels: 1, unpriced: ['dall-e'] },
    });
    const { version } = book.parse(first.body);
    expect(await show('provider=openai&model=gpt-imported')).toMatchObject({
      body: { version, source: 'litellm', usd: { base: { input: '2.5', output: '10' } } },
    });
    expect(await importList('litellm', JSON.stringify(list))).toMatchObject({
      status: 201,
      body: { version, imported: false },
    });
    expect(await api.ask(`GET /api/prices/books/${encodeURIComponent(version)}`, { as: vera })).toMatchObject({
      body: { version, source: 'litellm', prices: [{ provider: 'openai' }] },
    });
  });

  test('may be that of models.dev', async () => {
    const models = { large: { id: 'large', name: 'Large', cost: { input: 0.5, output: 1.5 } } };
    const imported = await importList('models.dev', { lab: { id: 'lab', name: 'Lab', env: [], models } });
    expect(imported).toMatchObject({ status: 201, body: { imported: true, models: 1, unpriced: [] } });
    expect(await show('provider=lab&model=large')).toMatchObject({
      body: { source: 'models.dev', usd: { base: { output: '1.5' } } },
    });
  });

  test('may be longer than other bodies, and its answer fits under an Idempotency-Key, however much it does not price', async () => {
    const unpriced = { litellm_provider: 'x' };
    const names = Array.from({ length: 5_000 }, (_, number) => `${'\u0001'.repeat(200)}${number}`);
    const list = Object.fromEntries([['gpt-long', GPT], ...names.map((name): [string, object] => [name, unpriced])]);
    const headers = { 'idempotency-key': 'long' };
    const [first, second] = [await importList('litellm', list, headers), await importList('litellm', list, headers)];
    expect(first).toMatchObject({ status: 201, body: { imported: true, models: 1, unpricedModels: 5_000 } });
    expect(z.looseObject({ unpriced: z.array(z.string()) }).parse(first.body).unpriced).toHaveLength(1_000);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });

  test('is refused as a whole where an entry is wrong, by its name', async () => {
    const refused = await importList('litellm', { good: GPT, bad: { ...GPT, input_cost_per_token: 'cheap' } });
    expect(refused).toMatchObject({ status: 422, body: { code: 'price.invalid_list', details: { problems: 1 } } });
    expect(JSON.stringify(refused.body)).toContain('bad: input_cost_per_token');
    expect(await api.refusalOf('GET /api/prices?provider=openai&model=good', { as: root })).toEqual([
      404,
      'price.unknown_model',
    ]);
  });

  test.each([
    [{ source: 'litellm' }, [422, 'http.invalid_request']],
    [{ source: 'litellm', json: [] }, [422, 'price.invalid_list']],
    [{ source: 'models.dev', json: 'no JSON' }, [422, 'price.invalid_list']],
    [{ source: 'genai-prices', json: {} }, [422, 'http.invalid_request']],
    [{ json: {} }, [422, 'http.invalid_request']],
    [{ source: 'litellm', json: {}, url: 'https://example.org' }, [422, 'http.invalid_request']],
    [{ source: 'litellm', json: 'x'.repeat(16_000_000) }, [413, 'http.body_too_large']],
  ])('is refused with %.60j', async (body, refusal) => {
    expect(await api.refusalOf('POST /api/prices/imports', { as: root, body })).toEqual(refusal);
  });
});

test('who changed a price is in the log', async () => {
  await set({ provider: 'in-house', model: 'logged', input: 1, output: 1 });
  const [newest] = (await api.services.audit.listEntries({ entityType: 'price_book', limit: 1 })).items;
  expect(newest).toMatchObject({ action: 'set_override', actorUserId: 'root', changes: { model: 'logged' } });
});
