import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidInputError, loadConfig, run, schema, verifyAudit } from '@iron/db';
import { testDatabase } from '@iron/test-database';
import { describe, expect, onTestFinished, test } from 'vitest';
import { currentPriceBook } from './current-price-book.ts';
import {
  CorruptPriceBookError,
  InvalidPriceListError,
  PriceBookNotFoundError,
  PriceOverrideNotFoundError,
} from './price-errors.ts';
import { setPriceOverrideSchema } from './override-input.ts';
import { PriceStorage } from './price-storage.ts';

const NOW = Date.UTC(2026, 9, 1);
const GPT = { litellm_provider: 'openai', mode: 'chat', input_cost_per_token: 7e-6, output_cost_per_token: 8e-6 };

async function open({ shared = false } = {}) {
  const made = await testDatabase({ shared });
  onTestFinished(async () => await made[Symbol.asyncDispose]());
  const { database } = made;
  const openAnother = async () => await made.openAnother();
  return { database, openAnother, storage: await PriceStorage.open(database, { now: () => NOW }) };
}

async function find(storage: PriceStorage, model = 'gpt-4o', at = NOW) {
  return (await storage.currentPriceBook()).find({ provider: 'openai', model, at });
}

describe('setPriceOverride()', () => {
  test('what the operator says a model costs is what it costs, and rows can tell', async () => {
    const { storage } = await open();
    await storage.setPriceOverride({ provider: 'OpenAI', model: 'my-model', input: '0.075', output: 0.3 });
    const found = await find(storage, 'my-model');
    expect(found?.price.base).toMatchObject({
      input: 75_000,
      cachedInput: 75_000,
      output: 300_000,
      reasoning: 300_000,
    });
    expect(found).toMatchObject({ version: 'override@1', source: 'override' });
    const book = await storage.getPriceBook('override@1');
    expect(book).toEqual({
      id: 1,
      version: 'override@1',
      source: 'override',
      importedAt: NOW,
      prices: [{ provider: 'openai', models: [{ model: 'my-model', prices: [{ input: 75_000, output: 300_000 }] }] }],
    });
  });

  test('begins when it is said to; what was set last counts where several hold', async () => {
    const { storage } = await open();
    await storage.setPriceOverride({ provider: 'openai', model: 'gpt-4o', input: 1, output: 1 });
    await storage.setPriceOverride({ provider: 'openai', model: 'gpt-4o', input: 2, output: 1, effectiveFrom: NOW });
    expect((await find(storage, 'gpt-4o', NOW - 1))?.version).toBe('override@1');
    expect((await find(storage, 'gpt-4o', NOW))?.version).toBe('override@2');
  });

  test('means the same where its input was parsed before, as a server does', async () => {
    const { storage } = await open();
    const tiers = [{ over: 1_000, input: '2' }];
    const said = { provider: 'openai', model: 'm', input: '0.25', output: 1, tiers, perRequest: '0.005' };
    const parsed = setPriceOverrideSchema.parse(said);
    expect(parsed).toEqual(said);

    await storage.setPriceOverride(parsed);

    const price = (await find(storage, 'm'))?.price;
    expect(price?.base).toMatchObject({ input: 250_000, output: 1_000_000 });
    expect(price?.tiers).toMatchObject([{ input: 2_000_000 }]);
    expect(price?.perRequest).toBe(5_000_000_000);
  });

  test('has tiers and a price of a request', async () => {
    const { storage } = await open();
    const tiers = [{ over: 1_000, input: 2 }];
    await storage.setPriceOverride({ provider: 'openai', model: 'm', input: 1, output: 5, tiers, perRequest: '0.005' });
    const price = (await find(storage, 'm'))?.price;
    expect(price?.perRequest).toBe(5_000_000_000);
    expect(price?.tiers).toMatchObject([{ over: 1_000, input: 2_000_000, cachedInput: 2_000_000, output: 5_000_000 }]);
  });

  test.each([
    ['a price in dollars a token', { input: 0.0000025, output: 1 }, 'input: has more than 6 decimals'],
    ['a negative price', { input: -1, output: 1 }, 'input: is not a price: -1'],
    ['a price that is none', { input: '$3', output: 1 }, 'input: is not a price: $3'],
    ['no price for output', { input: 1 }, 'output: must be a price in USD'],
    ['an unknown field', { input: 1, output: 1, cached: 1 }, 'cached'],
    ['tiers out of order', { input: 1, output: 1, tiers: [{ over: 2 }, { over: 1 }] }, 'tiers: must ascend'],
    ['a blank model', { model: ' ', input: 1, output: 1 }, 'model: must not be blank'],
  ])('%s is refused, and nothing is changed', async (_, about, message) => {
    const { storage } = await open();
    const override = { provider: 'openai', model: 'gpt-4o', ...about };
    // @ts-expect-error: what does not compile can arrive from a program that was not compiled
    const refused = storage.setPriceOverride(override);
    await expect(refused).rejects.toThrow(InvalidInputError);
    await expect(refused).rejects.toThrow(message);
    expect((await storage.listPriceBooks()).items).toEqual([]);
  });

  test('can be taken back, once', async () => {
    const { storage } = await open();
    const which = { provider: 'openai', model: 'gpt-4o' };
    await storage.setPriceOverride({ ...which, input: 1, output: 1 });
    await storage.setPriceOverride({ ...which, input: 2, output: 1 });
    await storage.removePriceOverride(which);
    expect((await find(storage))?.version).toBe('genai-prices@0.1.8');
    await expect(storage.removePriceOverride(which)).rejects.toThrow(PriceOverrideNotFoundError);
    await storage.setPriceOverride({ ...which, input: 3, output: 1 });
    expect((await find(storage))?.version).toBe('override@4');
  });
});

describe('importing price lists', () => {
  test('an imported list goes before the built-in one, and an override before both', async () => {
    const { storage } = await open();
    const report = await storage.importLiteLlmPrices({ json: { 'gpt-4o': GPT, tts: { litellm_provider: 'openai' } } });
    expect(report).toMatchObject({ imported: true, models: 1, unpriced: ['tts'] });
    expect(report.version).toMatch(/^litellm@[0-9a-f]{8}$/);
    expect(await find(storage)).toMatchObject({ version: report.version, price: { base: { input: 7_000_000 } } });
    await storage.setPriceOverride({ provider: 'openai', model: 'gpt-4o', input: 1, output: 1 });
    const modelsDev = await storage.importModelsDevPrices({
      json: JSON.stringify({ openai: { models: { 'gpt-4o': { cost: { input: 5, output: 5 } } } } }),
    });
    expect((await find(storage))?.source).toBe('override');
    await storage.removePriceOverride({ provider: 'openai', model: 'gpt-4o' });
    expect((await find(storage))?.version).toBe(modelsDev.version);
  });

  test('the same list again changes nothing; an older one again is the newest, with a version of its own', async () => {
    const { storage } = await open();
    const first = await storage.importLiteLlmPrices({ json: { 'gpt-4o': GPT } });
    expect(await storage.importLiteLlmPrices({ json: { 'gpt-4o': GPT } })).toEqual({ ...first, imported: false });
    await storage.importLiteLlmPrices({ json: { 'gpt-4o': { ...GPT, input_cost_per_token: 1e-6 } } });
    const again = await storage.importLiteLlmPrices({ json: { 'gpt-4o': GPT } });
    expect(again).toMatchObject({ imported: true, version: `${first.version}.3` });
    expect(await find(storage)).toMatchObject({ version: again.version, price: { base: { input: 7_000_000 } } });
  });

  test('a list takes the place of the one before: what it no longer has, it no longer prices', async () => {
    const { storage } = await open();
    await storage.importLiteLlmPrices({ json: { 'gpt-4o': GPT, 'gpt-old': GPT } });
    await storage.importLiteLlmPrices({ json: { 'gpt-4o': GPT } });
    expect((await find(storage, 'gpt-old'))?.source).toBe(undefined);
  });

  test('a list with one bad entry is not imported at all', async () => {
    const { database, storage } = await open();
    const json = { 'gpt-4o': GPT, bad: { ...GPT, input_cost_per_token: -1 } };
    await expect(storage.importLiteLlmPrices({ json })).rejects.toThrow(InvalidPriceListError);
    expect((await storage.listPriceBooks()).items).toEqual([]);
    expect(await database.reader.select().from(schema.auditLog)).toEqual([]);
  });
});

test('every change of prices is in the audit log, with who made it', async () => {
  const { database, storage } = await open();
  const actor = { userId: 'ann', ipAddress: '192.0.2.7' };
  await storage.setPriceOverride({ provider: 'openai', model: 'gpt-4o', input: 1, output: 2, actor });
  const { version } = await storage.importLiteLlmPrices({ json: { 'gpt-4o': GPT }, actor });
  await storage.removePriceOverride({ provider: 'openai', model: 'gpt-4o', actor });
  const entries = await database.reader.select().from(schema.auditLog).orderBy(schema.auditLog.id);
  expect(
    entries.map(({ entityType, entityId, action, actorUserId }) => [entityType, entityId, action, actorUserId]),
  ).toEqual([
    ['price_book', '1', 'set_override', 'ann'],
    ['price_book', '2', 'import', 'ann'],
    ['price_book', '3', 'remove_override', 'ann'],
  ]);
  expect(entries.map(({ changes }): unknown => JSON.parse(changes ?? ''))).toEqual([
    { version: 'override@1', provider: 'openai', model: 'gpt-4o', price: { input: 1_000_000, output: 2_000_000 } },
    { version, source: 'litellm', models: 1 },
    { version: 'override@3', provider: 'openai', model: 'gpt-4o', withdraws: 'override@1' },
  ]);
  expect(await verifyAudit(database.reader)).toMatchObject([{ log: 'audit_log', rows: 3, broken: null }, {}]);
});

test('price books are listed, newest first, page by page', async () => {
  const { storage } = await open();
  for (const input of [1, 2, 3]) await storage.setPriceOverride({ provider: 'p', model: 'm', input, output: 1 });
  const first = await storage.listPriceBooks({ limit: 2 });
  expect(first.items.map(({ version }) => version)).toEqual(['override@3', 'override@2']);
  const second = await storage.listPriceBooks({ limit: 2, cursor: first.nextCursor ?? '' });
  expect(second).toEqual({
    items: [{ id: 1, version: 'override@1', source: 'override', importedAt: NOW }],
    nextCursor: null,
  });
  await expect(storage.getPriceBook('override@4')).rejects.toThrow(PriceBookNotFoundError);
});

test('opens what a configuration describes', async () => {
  using folder = temporaryFolder();
  const variables = { IRON_ENV: 'test', DATABASE_URL: 'sqlite::memory:' };
  const config = loadConfig({ folder: folder.path, environment: variables });
  await using storage = await PriceStorage.fromConfigObject(config);
  expect((await find(storage))?.version).toBe('genai-prices@0.1.8');
});

describe('the price book of now', () => {
  test('what another connection brings in counts after at most a second, and is not asked for more often', async () => {
    const { storage: writer, openAnother } = await open({ shared: true });
    const database = await openAnother();
    let clock = 0;
    const current = currentPriceBook(database, { monotonicNow: () => clock });
    const version = async () => (await current.get()).find({ provider: 'openai', model: 'gpt-4o', at: NOW })?.version;
    expect(await version()).toBe('genai-prices@0.1.8');
    await writer.setPriceOverride({ provider: 'openai', model: 'gpt-4o', input: 1, output: 1 });
    clock = 999;
    expect(await version()).toBe('genai-prices@0.1.8');
    clock = 1_000;
    expect(await version()).toBe('override@1');
  });

  test('what is brought in through the same database counts at once, for every service on it', async () => {
    const { database, storage } = await open();
    const current = currentPriceBook(database, { monotonicNow: () => 0 });
    expect((await current.get()).find({ provider: 'openai', model: 'my-model', at: NOW })).toBe(null);
    await storage.setPriceOverride({ provider: 'openai', model: 'my-model', input: 1, output: 1 });
    expect((await current.get()).find({ provider: 'openai', model: 'my-model', at: NOW })?.version).toBe('override@1');
  });

  test('a check can be asked for', async () => {
    const { storage: writer, openAnother } = await open({ shared: true });
    const database = await openAnother();
    const current = currentPriceBook(database, { monotonicNow: () => 0 });
    expect((await current.get()).find({ provider: 'openai', model: 'my-model', at: NOW })).toBe(null);
    await writer.setPriceOverride({ provider: 'openai', model: 'my-model', input: 1, output: 1 });
    current.recheck();
    expect((await current.get()).find({ provider: 'openai', model: 'my-model', at: NOW })?.version).toBe('override@1');
  });

  test('the book that somebody holds does not change under them', async () => {
    const { storage } = await open();
    const book = await storage.currentPriceBook();
    await storage.setPriceOverride({ provider: 'openai', model: 'gpt-4o', input: 1, output: 1 });
    expect(book.find({ provider: 'openai', model: 'gpt-4o', at: NOW })?.version).toBe('genai-prices@0.1.8');
    expect((await find(storage))?.version).toBe('override@1');
  });

  test('a price book that somebody spoilt stops pricing: it does not count as no price', async () => {
    const { database, storage } = await open();
    const spoilt = {
      version: 'override@1',
      source: 'override',
      content: '[{"provider":"openai"}]',
      importedAt: NOW,
    } as const;
    await database.write((tx) => run(tx.insert(schema.priceBooks).values(spoilt)));
    await expect(storage.currentPriceBook()).rejects.toThrow(CorruptPriceBookError);
    await expect(storage.currentPriceBook()).rejects.toThrow(CorruptPriceBookError);
    await expect(storage.getPriceBook('override@1')).rejects.toThrow(CorruptPriceBookError);
  });
});

function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'iron-prices-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
