import { LimitEnforcer } from '@iron/limits';
import { makeServedDatabase } from '../served-database.ts';
import { makeServedPostgres } from '../served-postgres.ts';
import { makeKeys } from './better-auth-gate.ts';
import type { Entrant } from './contest.ts';
import { UNLIMITED } from './gate.ts';
import { openIronStore } from './iron-store.ts';

const CALLS_OF_A_TOKEN = 10;
const NO_RATE_LIMIT = { rateLimitEnabled: false };
const RATE_LIMIT = { rateLimitEnabled: true, rateLimitMax: UNLIMITED, rateLimitTimeWindow: 3_600_000 };
const LIMITER = 'verifies no key; one counter, of calls; a refusal counts, too';

/** Makes what calls are made with in two files, Iron's and that of better-auth, with so many keys of each kind. */
export async function fileEntrants(
  { iron, betterAuth, limiter }: Record<'iron' | 'betterAuth' | 'limiter', string>,
  keys: number,
) {
  const { secrets } = await makeServedDatabase(iron, { calls: keys * CALLS_OF_A_TOKEN, tokens: keys });
  const makeThese = async (settings: object) => await makeKeys(betterAuth, keys, settings);
  return {
    ...(await ironEntrants(iron, secrets)),
    verify: {
      what: 'Iron: verify',
      remark: 'reads, and counts nothing',
      kind: 'iron-verify',
      store: iron,
      callers: secrets,
    },
    betterAuth: {
      what: 'better-auth: verify',
      remark: 'no limit; writes twice when the key was used last',
      kind: 'better-auth',
      store: betterAuth,
      callers: await makeThese(NO_RATE_LIMIT),
    },
    rateLimited: rateLimitedEntrant(betterAuth, await makeThese(RATE_LIMIT)),
    remaining: {
      what: 'better-auth: verify, rate limit, remaining',
      remark: 'the same, and a number of calls that are left; a call that the rate limit refuses is taken from it',
      kind: 'better-auth',
      store: betterAuth,
      callers: await makeThese({ ...RATE_LIMIT, remaining: UNLIMITED }),
    },
    limiter: {
      what: 'rate-limiter-flexible: consume',
      remark: LIMITER,
      kind: 'limiter',
      store: limiter,
      callers: secrets,
    },
    limiterInMemory: {
      what: 'rate-limiter-flexible in memory',
      remark: `${LIMITER}; of one process, and gone with it`,
      kind: 'limiter-in-memory',
      store: '',
      callers: secrets,
    },
    map: {
      what: 'a Map',
      remark: 'verifies no key; one counter, of calls; of one process, and gone with it',
      kind: 'map',
      store: '',
      callers: secrets,
    },
  } as const satisfies Record<string, Entrant>;
}

/** The same on a server, in a database for Iron and in one for the others. */
export async function serverEntrants(server: string, peers: string, keys: number) {
  const contents = { name: 'beside_peers', users: Math.ceil(keys / 10), inProjects: true };
  const iron = await makeServedPostgres(server, { ...contents, tokens: keys, calls: keys * CALLS_OF_A_TOKEN });
  return {
    ...(await ironEntrants(iron.url, iron.secrets)),
    rateLimited: rateLimitedEntrant(peers, await makeKeys(peers, keys, RATE_LIMIT)),
    limiter: {
      what: 'rate-limiter-flexible: consume',
      remark: LIMITER,
      kind: 'limiter',
      store: peers,
      callers: iron.secrets,
    },
  } as const satisfies Record<string, Entrant>;
}

async function ironEntrants(store: string, callers: readonly string[]) {
  const counters = await countersOfCall(store);
  const authorize = `verifies the token, prices the call, holds its most in ${counters} counters of tokens, calls and money`;
  return {
    authorize: { what: 'Iron: authorize', remark: authorize, kind: 'iron-authorize', store, callers },
    call: {
      what: 'Iron: authorize, settle',
      remark: 'the same, then its usage and cost as a row, and what was held too much given back',
      kind: 'iron-call',
      store,
      callers,
    },
  } as const satisfies Record<string, Entrant>;
}

function rateLimitedEntrant(store: string, callers: readonly string[]) {
  return {
    what: 'better-auth: verify, rate limit',
    remark: 'one counter, of the calls of the key: no tokens, no money, no limit of a user or project',
    kind: 'better-auth',
    store,
    callers,
  } as const satisfies Entrant;
}

/** How many counters a call of each of the tokens is taken from. */
async function countersOfCall(store: string): Promise<number> {
  const database = await openIronStore(store, 'NORMAL');
  const limits = await LimitEnforcer.open(database);
  const states = await limits.limitStates({ userId: 'user_0', projectId: 'project_0' });
  await database.close();
  return states.length;
}
