import { cases, nearly } from '@iron/test-program/fuzz';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openTestApi, type Person, type TestApi } from '../api.fixture.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { ENDPOINTS } from '../resources/endpoints.ts';
import { EVERY_REQUEST } from '../resources/every-request.fixture.ts';
import { requestOf } from '../resources/request-of.fixture.ts';
import { oddText } from './odd-values.fixture.ts';

const CASES = cases(15);
const MOST_MS = CASES.numRuns * 100 + 20_000;

const LISTS = ENDPOINTS.flatMap((endpoint) =>
  endpoint.method === 'get' && 'cursor' in (endpoint.query?.shape ?? {}) ? [{ id: endpoint.id, endpoint }] : [],
);
const MAKES = /^(?:create|record|authorize|set|add|store)/;

let api: TestApi;
let own: Person;
let other: Person;
let askers: readonly Person[];
/** Cursors that lists gave, of whatever list and asker. */
const given = new Set<string>();

beforeAll(async () => {
  api = await openTestApi();
  const admin = await api.person('admin', 'admin');
  own = await api.person('own-person', 'user');
  other = await api.person('other-person', 'user');
  askers = [admin, own, other];
  for (const endpoint of ENDPOINTS.filter(({ id }) => MAKES.test(id))) {
    for (const whose of ['own', 'foreign', 'own', 'foreign'] as const) {
      const people = { asker: own.userId, other: other.userId };
      const [line, body] = requestOf(endpoint, (await EVERY_REQUEST[endpoint.id]?.make(api, people, whose)) ?? {});
      await api.ask(line, { as: admin.secret, ...body });
    }
  }
  for (const { endpoint } of LISTS) {
    for (const asker of askers) {
      for (const limit of [1, 3]) {
        const { nextCursor } = await ask(endpoint, asker, { whose: 'own', limit });
        if (nextCursor !== null) given.add(nextCursor);
      }
    }
  }
}, 120_000);
afterAll(async () => await api[Symbol.asyncDispose]());

const listed = z.object({ items: z.array(z.unknown()), nextCursor: z.string().nullable() });

interface Listed {
  readonly status: number;
  /** As JSON. */
  readonly items: readonly string[];
  readonly nextCursor: string | null;
}

/** Whose list is asked for, and which part of it. */
interface Question {
  readonly whose: 'own' | 'foreign';
  readonly limit: number;
  readonly cursor?: string;
}

async function ask(endpoint: Endpoint, asker: Person, { whose, ...query }: Question): Promise<Listed> {
  const maker = EVERY_REQUEST[endpoint.id];
  const said = (await maker?.make(api, { asker: asker.userId, other: other.userId }, whose)) ?? {};
  const words = Object.fromEntries(
    Object.entries({ ...said.query, ...query }).map(([name, value]) => [name, String(value)]),
  );
  const { status, headers, body } = await api.ask(requestOf(endpoint, { ...said, query: words })[0], {
    as: asker.secret,
  });
  expect(headers.get('content-type')).toMatch(status < 400 ? /^application\/json/ : /^application\/problem\+json/);
  const page = status === 200 ? listed.parse(body) : { items: [], nextCursor: null };
  return { status, items: page.items.map((item) => JSON.stringify(item)), nextCursor: page.nextCursor };
}

const oddPart: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    -1,
    0.5,
    2 ** 31,
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
    2 ** 53,
    1e308,
    null,
    true,
  ),
  fc.integer(),
  oddText,
  fc.jsonValue({ maxDepth: 1 }),
);

/** A cursor with some of its parts others, or one part more or less. */
function withOddParts(cursor: string): fc.Arbitrary<string> {
  const key = [JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown].flat();
  const parts = fc.tuple(...key.map((part) => fc.oneof(fc.constant(part), oddPart)));
  const lengths = fc.tuple(parts, fc.array(oddPart, { maxLength: 1 }), fc.nat(key.length));
  return fc
    .oneof(
      { weight: 3, arbitrary: parts },
      { weight: 1, arbitrary: lengths.map(([all, more, removed]) => [...all.slice(removed), ...more]) },
    )
    .map((all) => Buffer.from(JSON.stringify(key.length === 1 ? (all[0] ?? null) : all)).toString('base64url'));
}

function nameOf(asker: Person, whose: Question['whose']): string {
  return `the ${whose} list, asked for by ${asker.userId}`;
}

describe('whatever cursor a list is asked for, it shows a part of what it shows anyway, or a problem', () => {
  test('there are cursors of many lists', () => {
    expect(given.size).toBeGreaterThan(10);
  });

  test.each(LISTS)('$id', { timeout: MOST_MS }, async ({ endpoint }) => {
    const valid = fc.constantFrom(...given);
    const cursor = fc.oneof(valid, valid.chain(withOddParts), nearly(valid), oddText);
    const whose = fc.constantFrom('own' as const, 'foreign' as const);
    const asked = fc.record({ cursor, whose, limit: fc.constantFrom(1, 2, 500), asker: fc.constantFrom(...askers) });
    const wholes = new Map<string, readonly string[]>();
    for (const asker of askers) {
      for (const of of ['own', 'foreign'] as const) {
        wholes.set(nameOf(asker, of), (await ask(endpoint, asker, { whose: of, limit: 500 })).items);
      }
    }
    expect(wholes.get(nameOf(own, 'own'))?.filter((item) => item.includes(other.userId))).toEqual([]);
    const property = fc.asyncProperty(asked, async ({ asker, ...question }) => {
      const { status, items } = await ask(endpoint, asker, question);
      expect(api.failures.splice(0)).toEqual([]);
      expect([200, 400, 403, 404, 422]).toContain(status);
      expect(items.filter((item) => !wholes.get(nameOf(asker, question.whose))?.includes(item))).toEqual([]);
    });
    await fc.assert(property, CASES);
  });
});
