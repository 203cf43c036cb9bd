import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { NOON, openTestApi, type TestApi } from '../../api.fixture.ts';

const DAY = 86_400_000;

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

describe('the price of a model', () => {
  test('is that of the list that comes with Iron, for everybody, by whichever name', async () => {
    for (const as of [root, ada, vera]) {
      expect(await show('provider=OpenAI&model=GPT-4o', as)).toMatchObject({
        status: 200,
        body: {
          provider: 'openai',
          model: 'gpt-4o',
          at: NOON,
          source: 'genai-prices',
          price: { base: { input: 2_500_000, output: 10_000_000 }, perRequest: 0 },
          usd: { base: { input: '2.5', cachedInput: '1.25', output: '10' }, tiers: [], perRequest: '0' },
        },
      });
    }
  });

  test('is exact in pico-dollars and in dollars, in every kind and tier', async () => {
    const rates = {
      input: '0.075',
      cachedInput: '0.000001',
      cacheWrite: 1,
      audioInput: '12.345678',
      output: 0.3,
      reasoning: '0',
    };
    const tiers = [{ over: 200_000, input: '0.15', output: '0.6' }];
    const version = await set({ provider: 'in-house', model: 'exact', ...rates, tiers, perRequest: '0.000000000001' });
    expect((await show('provider=in-house&model=exact')).body).toEqual({
      provider: 'in-house',
      model: 'exact',
      at: NOON,
      source: 'override',
      version,
      price: {
        base: {
          input: 75_000,
          cachedInput: 1,
          cacheWrite: 1_000_000,
          audioInput: 12_345_678,
          cachedAudio: 1,
          output: 300_000,
          reasoning: 0,
          audioOutput: 300_000,
        },
        tiers: [
          {
            over: 200_000,
            input: 150_000,
            cachedInput: 1,
            cacheWrite: 1_000_000,
            audioInput: 12_345_678,
            cachedAudio: 1,
            output: 600_000,
            reasoning: 0,
            audioOutput: 600_000,
          },
        ],
        perRequest: 1,
        notCounted: [],
      },
      usd: {
        base: {
          input: '0.075',
          cachedInput: '0.000001',
          cacheWrite: '1',
          audioInput: '12.345678',
          cachedAudio: '0.000001',
          output: '0.3',
          reasoning: '0',
          audioOutput: '0.3',
        },
        tiers: [
          {
            over: 200_000,
            input: '0.15',
            cachedInput: '0.000001',
            cacheWrite: '1',
            audioInput: '12.345678',
            cachedAudio: '0.000001',
            output: '0.6',
            reasoning: '0',
            audioOutput: '0.6',
          },
        ],
        perRequest: '0.000000000001',
      },
    });
  });

  test('is the one of the time that is asked for', async () => {
    const model = { provider: 'in-house', model: 'dated' };
    await set({ ...model, input: 1, output: 1 });
    await set({ ...model, input: 2, output: 2, effectiveFrom: NOON + DAY });
    const query = 'provider=in-house&model=dated';
    expect((await show(query)).body).toMatchObject({ at: NOON, usd: { base: { input: '1' } } });
    expect((await show(`${query}&at=${NOON + DAY - 1}`)).body).toMatchObject({ usd: { base: { input: '1' } } });
    expect((await show(`${query}&at=${NOON + DAY}`)).body).toMatchObject({
      at: NOON + DAY,
      usd: { base: { input: '2' } },
    });
    api.clock.now = NOON + DAY;
    expect((await show(query)).body).toMatchObject({ usd: { base: { input: '2' } } });
  });

  test('that nobody knows is not there, which is not zero', async () => {
    expect(await show('provider=nobody&model=nothing', vera)).toMatchObject({
      status: 404,
      body: {
        code: 'price.unknown_model',
        details: { provider: 'nobody', model: 'nothing', at: NOON },
        detail: 'No price is known for the model "nothing" of "nobody" at 2026-03-01T12:00:00.000Z.',
      },
    });
    expect(
      await api.refusalOf(`GET /api/prices?provider=nobody&model=x&at=${Number.MAX_SAFE_INTEGER}`, { as: root }),
    ).toEqual([404, 'price.unknown_model']);
  });

  test.each([
    '',
    'provider=openai',
    'provider=openai&model=',
    'provider=%20&model=x',
    'provider=openai&model=x&at=now',
    'provider=openai&model=x&at=-1',
    `provider=openai&model=${'x'.repeat(201)}`,
    'provider=openai&model=x&time=1',
    'provider=openai&provider=x&model=x',
  ])('is refused for ?%s', async (query) => {
    expect(await api.refusalOf(`GET /api/prices?${query}`, { as: root })).toEqual([400, 'http.invalid_request']);
  });
});

test('the price books are listed without their prices, the newest first, for everybody', async () => {
  const list = z.looseObject({
    items: z.array(z.strictObject({ id: z.int(), version: z.string(), source: z.string(), importedAt: z.int() })),
    nextCursor: z.string().nullable(),
  });
  const versions = [
    await set({ provider: 'a', model: 'b', input: 1, output: 1 }),
    await set({ provider: 'a', model: 'b', input: 2, output: 2 }),
  ];
  const first = list.parse((await api.ask('GET /api/prices/books?limit=1', { as: vera })).body);
  const second = list.parse(
    (await api.ask(`GET /api/prices/books?limit=1&cursor=${first.nextCursor}`, { as: vera })).body,
  );
  expect([...first.items, ...second.items].map(({ version }) => version)).toEqual(versions.toReversed());
  expect(await api.refusalOf('GET /api/prices/books?cursor=x', { as: vera })).toEqual([400, 'input.invalid_cursor']);
  expect(await api.refusalOf('GET /api/prices/books/override@777', { as: vera })).toEqual([
    404,
    'price.book_not_found',
  ]);
});

test('prices are set by administrators with the scope for it alone, and shown with a scope, too', async () => {
  const body = { provider: 'openai', model: 'gpt-4o', input: 0, output: 0 };
  const refused = [403, 'access.role_not_allowed'];
  expect(await api.refusalOf('POST /api/prices/overrides', { as: ada, body })).toEqual(refused);
  expect(await api.refusalOf('DELETE /api/prices/overrides?provider=a&model=b', { as: ada })).toEqual(refused);
  expect(await api.refusalOf('POST /api/prices/imports', { as: ada, body: { source: 'litellm', json: {} } })).toEqual(
    refused,
  );
  const { secret: reader } = await api.person('reader', 'admin', ['prices:read']);
  expect(await api.refusalOf('POST /api/prices/overrides', { as: reader, body })).toEqual([
    403,
    'access.scope_missing',
  ]);
  const { secret: other } = await api.person('other', 'user', ['usage:read']);
  expect(await api.refusalOf('GET /api/prices?provider=openai&model=gpt-4o', { as: other })).toEqual([
    403,
    'access.scope_missing',
  ]);
});
