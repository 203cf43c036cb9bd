import { LimitEnforcer } from '@iron/limits';
import { makeServedDatabase } from '../served-database.ts';
import { makeServedPostgres } from '../served-postgres.ts';
import { makeKeys, makeKeysForMemory } from './better-auth-gate.ts';
import type { KeySettings } from './better-auth.ts';
import type { Entrant } from './contest.ts';
import { UNLIMITED } from './gate.ts';
import { openIronStore } from './iron-store.ts';

const CALLS_OF_A_TOKEN = 10;
const NO_RATE_LIMIT = { rateLimitEnabled: false };
const RATE_LIMIT = { rateLimitEnabled: true, rateLimitMax: UNLIMITED, rateLimitTimeWindow: 3_600_000 };
const LIMITER = 'verifies no key; one counter, of calls; a refusal counts, too';

/** Where calls are counted, and who makes them. */
type Source = Pick<Entrant, 'store' | 'callers'>;

/**
 * Makes a file with so many tokens or keys for each who takes part: whoever writes to a file that another process has
 * open, too, does more for it.
 *
 * @param fileFor the path of a file that is not there yet
 */
export async function fileEntrants(fileFor: (name: string) => string, keys: number) {
  const iron = async (name: string): Promise<Source> => {
    const served = await makeServedDatabase(fileFor(name), { calls: keys * CALLS_OF_A_TOKEN, tokens: keys });
    return { store: served.path, callers: served.secrets };
  };
  const betterAuth = async (name: string, settings: KeySettings): Promise<Source> => {
    return { store: fileFor(name), callers: await makeKeys(fileFor(name), keys, settings) };
  };
  const callers = Array.from({ length: keys }, (_, number) => `caller ${number}`);
  return {
    ...(await ironEntrants(await iron('authorize'), await iron('call'))),
    verify: {
      what: 'Iron: verify',
      remark: 'reads, and counts nothing',
      kind: 'iron-verify',
      ...(await iron('verify')),
    },
    betterAuth: {
      what: 'better-auth: verify',
      remark: 'no limit; writes twice when the key was used last',
      kind: 'better-auth',
      ...(await betterAuth('keys', NO_RATE_LIMIT)),
    },
    rateLimited: rateLimitedEntrant(await betterAuth('rate-limit', RATE_LIMIT)),
    remaining: {
      what: 'better-auth: verify, rate limit, remaining',
      remark: 'the same, and a number of calls that are left; a call that the rate limit refuses is taken from it',
      kind: 'better-auth',
      ...(await betterAuth('remaining', { ...RATE_LIMIT, remaining: UNLIMITED })),
    },
    rateLimitedInMemory: {
      what: 'better-auth in memory: verify, rate limit',
      remark: 'the same counter in its secondary storage, a Map; of one process, and gone with it',
      kind: 'better-auth-in-memory',
      store: fileFor('in-memory'),
      callers: await makeKeysForMemory(fileFor('in-memory'), keys, RATE_LIMIT),
    },
    limiter: {
      what: 'rate-limiter-flexible: consume',
      remark: LIMITER,
      kind: 'limiter',
      store: fileFor('limiter'),
      callers,
    },
    ...countersInMemory(callers),
  } as const satisfies Record<string, Entrant>;
}

function countersInMemory(callers: readonly string[]) {
  return {
    limiterInMemory: {
      what: 'rate-limiter-flexible in memory',
      remark: `${LIMITER}; of one process, and gone with it`,
      kind: 'limiter-in-memory',
      store: '',
      callers,
    },
    map: {
      what: 'a Map',
      remark: 'verifies no key; one counter, of calls; of one process, and gone with it',
      kind: 'map',
      store: '',
      callers,
    },
  } as const satisfies Record<string, Entrant>;
}

/** The same on a server, in a database for Iron and in one for the others. */
export async function serverEntrants(server: string, peers: string, keys: number) {
  const contents = { name: 'beside_peers', users: Math.ceil(keys / 10), inProjects: true };
  const iron = await makeServedPostgres(server, { ...contents, tokens: keys, calls: keys * CALLS_OF_A_TOKEN });
  return {
    ...(await ironEntrants({ store: iron.url, callers: iron.secrets })),
    rateLimited: rateLimitedEntrant({ store: peers, callers: await makeKeys(peers, keys, RATE_LIMIT) }),
    limiter: {
      what: 'rate-limiter-flexible: consume',
      remark: LIMITER,
      kind: 'limiter',
      store: peers,
      callers: iron.secrets,
    },
  } as const satisfies Record<string, Entrant>;
}

async function ironEntrants(authorizing: Source, calling = authorizing) {
  const counters = await countersOfCall(authorizing.store);
  const authorize = `verifies the token, prices the call, holds its most in ${counters} counters of tokens, calls and money`;
  return {
    authorize: { what: 'Iron: authorize', remark: authorize, kind: 'iron-authorize', ...authorizing },
    call: {
      what: 'Iron: authorize, settle',
      remark: 'the same, then its usage and cost as a row, and what was held too much given back',
      kind: 'iron-call',
      ...calling,
    },
  } as const satisfies Record<string, Entrant>;
}

function rateLimitedEntrant(source: Source) {
  return {
    what: 'better-auth: verify, rate limit',
    remark: 'one counter, of the calls of the key: no tokens, no money, no limit of a user or project',
    kind: 'better-auth',
    ...source,
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
