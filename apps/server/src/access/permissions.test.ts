import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Answered, openTestApi, type TestApi } from '../api.fixture.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { ENDPOINTS } from '../resources/endpoints.ts';
import { EVERY_REQUEST } from '../resources/every-request.fixture.ts';
import type { RequestMaker, Whose } from '../resources/request-maker.fixture.ts';
import { requestOf } from '../resources/request-of.fixture.ts';
import { reachOfRole } from './access.ts';
import type { Role } from './principal.ts';

/** Who asks. A token whose owner has no account is a user's. */
const ASKERS = [
  { asker: 'an administrator', role: 'admin', hasAccount: true },
  { asker: 'a user', role: 'user', hasAccount: true },
  { asker: 'a viewer', role: 'viewer', hasAccount: true },
  { asker: 'a token without an account', role: 'user', hasAccount: false },
] as const;
type Asker = (typeof ASKERS)[number];

const SCOPES = [...new Set(ENDPOINTS.flatMap(({ access: { scope } }) => scope ?? []))];
const WHOSE: Readonly<Record<RequestMaker['names'], readonly Whose[]>> = {
  thing: ['own', 'foreign', 'missing'],
  owner: ['own', 'foreign', 'missing'],
  nothing: ['own'],
};

let api: TestApi;
beforeAll(async () => void (api = await openTestApi()));
afterAll(async () => await api[Symbol.asyncDispose]());

test('there is a request for every operation', () => {
  expect(Object.keys(EVERY_REQUEST).toSorted()).toEqual(ENDPOINTS.map(({ id }) => id).toSorted());
});

interface Row {
  readonly endpoint: Endpoint;
  readonly maker: RequestMaker;
}

const TABLE = ENDPOINTS.flatMap((endpoint) => {
  const maker = EVERY_REQUEST[endpoint.id];
  return maker ? [{ id: endpoint.id, endpoint, maker }] : [];
});

describe.each(TABLE)('$id', (row) => {
  const { endpoint, maker } = row;

  test.each(ASKERS)('is for $asker what the table says', async (asker) => {
    for (const whose of WHOSE[maker.names]) {
      const { withScope, without } = await askBoth(row, asker, whose);
      expect([whose, outcome(withScope)]).toEqual([whose, expected(row, asker.role, whose)]);
      expect([whose, outcome(without)]).toEqual([whose, expectedWithoutScope(row, asker.role, whose)]);
    }
  });

  test('is for nobody without a token', async () => {
    const said = await maker.make(api, { asker: 'ada', other: 'ben' }, 'own');
    const [line, asked] = requestOf(endpoint, said);
    const { status, headers, body } = await api.ask(line, asked);
    expect({ status, code: codeOf(body), challenge: headers.get('www-authenticate') }).toEqual({
      status: 401,
      code: 'access.token_missing',
      challenge: 'Bearer',
    });
  });
});

const OF_OWN_THINGS = TABLE.flatMap((row) => {
  const askers = ASKERS.filter(({ role }) => reachOfRole(row.endpoint.access, role) === 'own');
  return row.maker.names === 'nothing' ? [] : askers.map((asker) => ({ ...asker, ...row }));
});

test.each(OF_OWN_THINGS)(
  '$id says to $asker of what is somebody else’s exactly what it says of what does not exist',
  async ({ endpoint, maker, ...asker }) => {
    const foreign = await askBoth({ endpoint, maker }, asker, 'foreign');
    const missing = await askBoth({ endpoint, maker }, asker, 'missing');
    expect(withoutIds(foreign.withScope)).toEqual(withoutIds(missing.withScope));
  },
);

/** The answers to one request with a token that has the scope, and with one that has every other scope. */
async function askBoth(
  { endpoint, maker }: Row,
  asker: Asker,
  whose: Whose,
): Promise<Record<'withScope' | 'without', Answered>> {
  const { scope } = endpoint.access;
  const others = SCOPES.filter((other) => other !== scope);
  return {
    withScope: await askAs(asker, scope === null ? [] : [scope], { endpoint, maker }, whose),
    without: await askAs(asker, others, { endpoint, maker }, whose),
  };
}

let people = 0;

/** Everybody and everything is new in every cell, so that none can do anything to another. */
async function askAs(
  { role, hasAccount }: Asker,
  scopes: string[],
  { endpoint, maker }: Row,
  whose: Whose,
): Promise<Answered> {
  const [userId, other] = [`asker-${++people}`, `other-${people}`];
  if (hasAccount) await api.services.users.createUser({ id: userId, username: userId, role });
  await api.services.users.createUser({ id: other, username: other, role: 'user' });
  const { secret: as } = await api.services.tokens.createToken({ userId, scopes });
  const [line, asked] = requestOf(endpoint, await maker.make(api, { asker: userId, other }, whose));
  return await api.ask(line, { ...asked, as });
}

/** `201`, `404`, `403 access.scope_missing` */
function outcome({ status, body }: Answered): string {
  return status === 403 ? `403 ${codeOf(body)}` : String(status);
}

function expected({ endpoint, maker }: Row, role: Role, whose: Whose): string {
  const reach = reachOfRole(endpoint.access, role);
  if (reach === 'none') return '403 access.role_not_allowed';
  const { refusal = '404' } = maker;
  if (reach === 'own' && whose !== 'own') return maker.names === 'owner' ? '403 access.not_yours' : refusal;
  if (whose === 'missing' && maker.names === 'thing') return refusal;
  return (role === 'admin' ? maker.refusesAdmin?.[whose] : undefined) ?? String(endpoint.answer.status);
}

function expectedWithoutScope(row: Row, role: Role, whose: Whose): string {
  const { access } = row.endpoint;
  const isMissing = access.scope !== null && reachOfRole(access, role) !== 'none';
  return isMissing ? '403 access.scope_missing' : expected(row, role, whose);
}

const problem = z.looseObject({ code: z.string() });

function codeOf(body: unknown): string | undefined {
  return problem.safeParse(body).data?.code;
}

/** A problem without the names of the request and of what it asks for. */
function withoutIds({ status, headers, body }: Answered): unknown {
  const text = JSON.stringify({ ...problem.parse(body), requestId: null });
  return {
    status,
    headers: [...headers.keys()],
    text: text.replaceAll(/[\da-f]{8}-[\da-f-]{27}|(?:asker|other)-\d+|nobody|\d+/g, '<id>'),
  };
}
