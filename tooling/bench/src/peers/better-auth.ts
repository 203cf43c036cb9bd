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

interface KeyRow {
  readonly id: string;
  readonly referenceId: string;
  readonly rateLimitEnabled: boolean;
}

/** What is used of it. */
export interface BetterAuth {
  readonly options: object;
  readonly $context: Promise<{ adapter: { findMany(of: { model: string }): Promise<KeyRow[]> } }>;
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
 */
export async function openBetterAuth(connection: object, onFailure: (error: Error) => void): Promise<BetterAuth> {
  const { betterAuth } = await loadPeer('better-auth', betterAuthSchema);
  const { apiKey } = await loadPeer('@better-auth/api-key', apiKeySchema);
  return betterAuth({
    database: connection,
    baseURL: 'http://localhost',
    secret: randomBytes(32).toString('base64'),
    emailAndPassword: { enabled: true, password: { hash: async () => 'nobody signs in' } },
    telemetry: { enabled: false },
    logger: { level: 'error', log: (_level: string, _message: string, error: unknown) => onLogged(error, onFailure) },
    plugins: [apiKey({ rateLimit: { enabled: true } })],
  });
}

/** Makes the tables, a user, and so many keys of his; says the keys. */
export async function addKeys(auth: BetterAuth, count: number, settings: KeySettings): Promise<string[]> {
  const { getMigrations } = await loadPeer('better-auth/db/migration', migrationSchema);
  await (await getMigrations(auth.options)).runMigrations();
  const email = `${randomBytes(8).toString('hex')}@example.com`;
  const { user } = await auth.api.signUpEmail({ body: { name: 'Caller', email, password: 'a password of callers' } });
  const keys: string[] = [];
  while (keys.length < count) keys.push((await auth.api.createApiKey({ body: { userId: user.id, ...settings } })).key);
  return keys;
}

/** A refusal is logged, too, and has a body to answer with. */
function onLogged(error: unknown, onFailure: (error: Error) => void): void {
  if (error instanceof Error && !('body' in error)) onFailure(error);
}
