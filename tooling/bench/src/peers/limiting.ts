import { type IronDatabase, applyAllMigrations } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import { TokenStorage } from '@iron/tokens';
import { CALL } from '../call.ts';
import { makeKeys, makeKeysForMemory } from './better-auth-gate.ts';
import type { KeySettings } from './better-auth.ts';
import type { GateSettings } from './gate.ts';
import { openIronStore } from './iron-store.ts';

/** Where a limit can be kept. Each is made when it is asked for, and is nobody else's. */
export interface Places {
  /** The path of a file that is not there yet. */
  readonly file: () => Promise<string>;
  /** The URL of an empty database on a server. */
  readonly database: () => Promise<string>;
  /** The URL of a database of Iron's on a server, migrated. */
  readonly migratedDatabase: () => Promise<string>;
  /** In each process by itself. */
  readonly memory: () => Promise<''>;
}

/** Somebody who limits calls. */
export interface Limiting {
  readonly what: string;
  readonly kind: GateSettings['kind'];
  readonly isPeer: boolean;
  readonly place: keyof Places;
  /** Makes a limit of so many calls there; says who it is of. */
  readonly make: (store: string, calls: number) => Promise<string>;
}

const HOUR_MS = 3_600_000;

/** Everybody who limits calls. */
export const LIMITING: readonly Limiting[] = [
  iron('Iron, SQLite', 'file'),
  iron('Iron, PostgreSQL', 'migratedDatabase'),
  betterAuth('better-auth: rate limit, SQLite', 'file', rateLimit),
  betterAuth('better-auth: rate limit, PostgreSQL', 'database', rateLimit),
  betterAuth('better-auth: remaining, SQLite', 'file', (calls) => ({ rateLimitEnabled: false, remaining: calls })),
  betterAuth('better-auth: rate limit, remaining x 10', 'file', (calls) => ({
    ...rateLimit(calls),
    remaining: calls * 10,
  })),
  {
    what: 'better-auth: rate limit, memory',
    kind: 'better-auth-in-memory',
    isPeer: true,
    place: 'file',
    make: async (store, calls) => onlyOf(await makeKeysForMemory(store, 1, rateLimit(calls))),
  },
  limiter('rate-limiter-flexible, SQLite', 'limiter', 'file'),
  limiter('rate-limiter-flexible, PostgreSQL', 'limiter', 'database'),
  limiter('rate-limiter-flexible, memory', 'limiter-in-memory', 'memory'),
  { ...limiter('a Map', 'map', 'memory'), isPeer: false },
];

function iron(what: string, place: keyof Places): Limiting {
  return { what, kind: 'iron-authorize', isPeer: false, place, make: makeIronLimit };
}

function betterAuth(what: string, place: keyof Places, settingsFor: (calls: number) => KeySettings): Limiting {
  const make = async (store: string, calls: number) => onlyOf(await makeKeys(store, 1, settingsFor(calls)));
  return { what, kind: 'better-auth', isPeer: true, place, make };
}

function onlyOf([key = '']: readonly string[]): string {
  return key;
}

function limiter(what: string, kind: GateSettings['kind'], place: keyof Places): Limiting {
  return { what, kind, isPeer: true, place, make: async () => 'caller' };
}

function rateLimit(calls: number): KeySettings {
  return { rateLimitEnabled: true, rateLimitMax: calls, rateLimitTimeWindow: HOUR_MS };
}

async function makeIronLimit(store: string, calls: number): Promise<string> {
  const database = await openIronStore(store, 'NORMAL');
  const secret = await addCaller(database, calls);
  await database.close();
  return secret;
}

async function addCaller(database: IronDatabase, calls: number): Promise<string> {
  await applyAllMigrations(database);
  const limits = await LimitEnforcer.open(database);
  await limits.createLimit({ userId: 'caller', maxTokensPerDay: calls * CALL.held.tokens });
  const tokens = await TokenStorage.open(database);
  return (await tokens.createToken({ userId: 'caller' })).secret;
}
