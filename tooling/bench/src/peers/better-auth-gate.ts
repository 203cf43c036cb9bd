import { addKeys, type BetterAuth, type KeySettings, openBetterAuth } from './better-auth.ts';
import type { Gate, GateSettings, Raise } from './gate.ts';
import { isServer, openPeerFile, openPeerPool } from './peer-drivers.ts';

/** Verifies a key of better-auth, which counts the call where the key is limited. */
export async function openBetterAuthGate({ store, synchronous }: GateSettings): Promise<Gate> {
  const { connection, tidy, close } = await connect(store, synchronous);
  const failures: string[] = [];
  const auth = await openBetterAuth(connection, ({ message }) => void failures.push(message));
  return {
    async call(key) {
      const { valid, error } = await auth.api.verifyApiKey({ body: { key } });
      if (valid) return null;
      const code = error?.code ?? 'refused';
      return code === 'INVALID_API_KEY' ? (failures.shift() ?? code) : code;
    },
    raise: async (raise) => await raiseKeys(auth, raise),
    tidy: async () => tidy(),
    [Symbol.asyncDispose]: close,
  };
}

/** Makes so many keys in a file or on a server that has none. */
export async function makeKeys(store: string, count: number, settings: KeySettings): Promise<string[]> {
  const { connection, close } = await connect(store, 'NORMAL');
  const auth = await openBetterAuth(connection, (error) => {
    throw error;
  });
  const keys = await addKeys(auth, count, settings);
  await close();
  return keys;
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
async function raiseKeys(auth: BetterAuth, { limit, more }: Raise): Promise<void> {
  const { adapter } = await auth.$context;
  for (const { id: keyId, referenceId: userId, rateLimitEnabled } of await adapter.findMany({ model: 'apikey' })) {
    const raised = rateLimitEnabled ? { rateLimitMax: limit } : { remaining: more };
    await auth.api.updateApiKey({ body: { keyId, userId, ...raised } });
  }
}
