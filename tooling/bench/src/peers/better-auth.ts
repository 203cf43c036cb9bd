import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { callable, loadPeer } from './peer.ts';

/** What is set of a key, by the names that better-auth has for it. */
export interface KeySettings {
  readonly rateLimitEnabled?: boolean;
  readonly rateLimitMax?: number;
  readonly rateLimitTimeWindow?: number;
  readonly remaining?: number;
}

/** What is kept of a key, as far as it is used. */
export interface StoredKey {
  readonly id: string;
  readonly referenceId: string;
  readonly rateLimitEnabled: boolean;
}

/** What better-auth calls a secondary storage. */
export interface KeyStorage {
  get(name: string): string | null;
  set(name: string, value: string): void;
  delete(name: string): void;
}

const KEYS_OF_A_USER = 10;

/** What is used of it. */
export interface BetterAuth {
  readonly options: object;
  readonly $context: Promise<{ adapter: { findMany(of: { model: string }): Promise<StoredKey[]> } }>;
  readonly api: {
    signUpEmail(call: { body: object }): Promise<{ user: { id: string } }>;
    createApiKey(call: { body: { userId: string } & KeySettings }): Promise<{ key: string }>;
    updateApiKey(call: { body: { keyId: string; userId: string } & KeySettings }): Promise<unknown>;
    verifyApiKey(call: { body: { key: string } }): Promise<{ valid: boolean; error: { code?: string } | null }>;
  };
}

const betterAuthSchema = z.object({ betterAuth: callable<(options: object) => BetterAuth>() });
const apiKeySchema = z.object({ apiKey: callable<(options: object) => object>() });
const migrationSchema = z.object({
  getMigrations: callable<(options: object) => Promise<{ runMigrations(): Promise<void> }>>(),
});

/**
 * better-auth with its plugin for API keys, on its own adapter over a connection of its driver, as its documents say.
 * How a key is limited is said by the key.
 *
 * @param onFailure is told of what is no refusal: the answer to it is that the key is not valid
 * @param keys where keys are kept and counted instead of over the connection
 */
export async function openBetterAuth(
  connection: object,
  onFailure: (error: Error) => void,
  keys?: KeyStorage,
): Promise<BetterAuth> {
  const storage = keys && { storage: 'secondary-storage', customStorage: keys };
  const { betterAuth } = await loadPeer('better-auth', betterAuthSchema);
  const { apiKey } = await loadPeer('@better-auth/api-key', apiKeySchema);
  return betterAuth({
    database: connection,
    baseURL: 'http://localhost',
    secret: randomBytes(32).toString('base64'),
    emailAndPassword: { enabled: true, password: { hash: async () => 'nobody signs in' } },
    telemetry: { enabled: false },
    logger: { level: 'error', log: (_level: string, _message: string, error: unknown) => onLogged(error, onFailure) },
    plugins: [apiKey({ rateLimit: { enabled: true }, ...storage })],
  });
}

/** Makes the tables, which it asks for also where keys are kept elsewhere. */
export async function makeTables({ options }: BetterAuth): Promise<void> {
  const { getMigrations } = await loadPeer('better-auth/db/migration', migrationSchema);
  await (await getMigrations(options)).runMigrations();
}

/** Makes the tables, and so many keys, of users who have ten each; says the keys. */
export async function addKeys(auth: BetterAuth, count: number, settings: KeySettings): Promise<string[]> {
  await makeTables(auth);
  const keys: string[] = [];
  let userId = '';
  while (keys.length < count) {
    if (keys.length % KEYS_OF_A_USER === 0) userId = await addUser(auth);
    keys.push((await auth.api.createApiKey({ body: { userId, ...settings } })).key);
  }
  return keys;
}

async function addUser({ api }: BetterAuth): Promise<string> {
  const email = `${randomBytes(8).toString('hex')}@example.com`;
  const { user } = await api.signUpEmail({ body: { name: 'Caller', email, password: 'a password of callers' } });
  return user.id;
}

/** A refusal is logged, too, and has a body to answer with. */
function onLogged(error: unknown, onFailure: (error: Error) => void): void {
  if (error instanceof Error && !('body' in error)) onFailure(error);
}
