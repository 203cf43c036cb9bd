import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import {
  addKeys,
  type BetterAuth,
  type KeySettings,
  type KeyStorage,
  makeTables,
  openBetterAuth,
  type StoredKey,
} from './better-auth.ts';
import type { Gate, GateSettings, Raise } from './gate.ts';
import { isServer, openPeerFile, openPeerPool } from './peer-drivers.ts';

/** Verifies a key of better-auth, which counts the call where the key is limited. */
export async function openBetterAuthGate({ store, synchronous }: GateSettings): Promise<Gate> {
  const { connection, tidy, close } = await connect(store, synchronous);
  const failures: string[] = [];
  const auth = await openBetterAuth(connection, ({ message }) => void failures.push(message));
  return {
    call: async (key) => await refusalOf(auth, key, failures),
    async raise(raise) {
      const { adapter } = await auth.$context;
      await raiseKeys(auth, await adapter.findMany({ model: 'apikey' }), raise);
    },
    tidy: async () => tidy(),
    [Symbol.asyncDispose]: close,
  };
}

/** The same in the memory of this process, on a copy of the keys that `store` is a file of. */
export async function openBetterAuthInMemory({ store }: GateSettings): Promise<Gate> {
  const connection = await openPeerFile(':memory:', 'NORMAL');
  const names = z.array(z.tuple([z.string(), z.string()])).parse(JSON.parse(readFileSync(store, 'utf8')));
  const keys = new Map(names);
  const failures: string[] = [];
  const auth = await openBetterAuth(connection, ({ message }) => void failures.push(message), storageIn(keys));
  await makeTables(auth);
  return {
    call: async (key) => await refusalOf(auth, key, failures),
    raise: async (raise) => await raiseKeys(auth, storedKeys(keys), raise),
    tidy: async () => {},
    [Symbol.asyncDispose]: async () => void connection.close(),
  };
}

async function refusalOf(auth: BetterAuth, key: string, failures: string[]): Promise<string | null> {
  const { valid, error } = await auth.api.verifyApiKey({ body: { key } });
  if (valid) return null;
  const code = error?.code ?? 'refused';
  return code === 'INVALID_API_KEY' ? (failures.shift() ?? code) : code;
}

/** Makes so many keys in a file or on a server that has none. */
export async function makeKeys(store: string, count: number, settings: KeySettings): Promise<string[]> {
  const { connection, close } = await connect(store, 'NORMAL');
  const auth = await openBetterAuth(connection, rethrow);
  const keys = await addKeys(auth, count, settings);
  await close();
  return keys;
}

/** Makes so many keys that are to be kept in memory, and writes them to a file that is not there yet. */
export async function makeKeysForMemory(file: string, count: number, settings: KeySettings): Promise<string[]> {
  const connection = await openPeerFile(':memory:', 'NORMAL');
  const stored = new Map<string, string>();
  const auth = await openBetterAuth(connection, rethrow, storageIn(stored));
  const keys = await addKeys(auth, count, settings);
  connection.close();
  writeFileSync(file, JSON.stringify([...stored]));
  return keys;
}

function rethrow(error: Error): never {
  throw error;
}

function storageIn(keys: Map<string, string>): KeyStorage {
  return {
    get: (name) => keys.get(name) ?? null,
    set: (name, value) => void keys.set(name, value),
    delete: (name) => void keys.delete(name),
  };
}

const BY_ID = 'api-key:by-id:';
const storedKeySchema = z.object({ id: z.string(), referenceId: z.string(), rateLimitEnabled: z.boolean() });

function storedKeys(keys: ReadonlyMap<string, string>): StoredKey[] {
  const stored = [...keys].filter(([name]) => name.startsWith(BY_ID));
  return stored.map(([, value]) => storedKeySchema.parse(JSON.parse(value)));
}

async function connect(store: string, synchronous: GateSettings['synchronous']) {
  if (isServer(store)) {
    const pool = await openPeerPool(store);
    return { connection: pool, tidy: () => {}, close: async () => await pool.end() };
  }
  const file = await openPeerFile(store, synchronous);
  return {
    connection: file,
    tidy: () => void file.pragma('wal_checkpoint(TRUNCATE)'),
    close: async () => void file.close(),
  };
}

/** What is left of `remaining` is nothing: then the key is gone, unless the last call before has just taken it. */
async function raiseKeys(auth: BetterAuth, keys: readonly StoredKey[], { limit, more }: Raise): Promise<void> {
  for (const { id: keyId, referenceId: userId, rateLimitEnabled } of keys) {
    const raised = rateLimitEnabled ? { rateLimitMax: limit } : { remaining: more };
    await auth.api.updateApiKey({ body: { keyId, userId, ...raised } });
  }
}
