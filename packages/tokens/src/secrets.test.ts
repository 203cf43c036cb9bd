import { hash } from 'node:crypto';
import { inspect } from 'node:util';
import { testDatabase } from '@iron/test-database';
import { expect, test } from 'vitest';
import { AgentStorage } from './agents/agent-storage.ts';
import { AuditLog } from './audit/audit-log.ts';
import { storedText } from './stored-text.fixture.ts';
import { TokenStorage } from './tokens/token-storage.ts';
import { tokenVerifier } from './tokens/token-verifier.ts';

const MINUTE = 60_000;

/** Everything that a caller, a log or a debugger could show. */
class Shown {
  readonly #texts: string[] = [];

  show(value: unknown): void {
    const details = { depth: 20, showHidden: true, getters: true };
    this.#texts.push(inspect(value, details), String(value), JSON.stringify(value) ?? '');
    if (value instanceof Error) this.#texts.push(value.message, value.stack ?? '');
  }

  async result(work: Promise<unknown>): Promise<void> {
    this.show(await work.catch((error: unknown) => error));
  }

  get text(): string {
    return this.#texts.join('\n');
  }
}

/** Uses a storage in every way, right and wrong; returns the secrets that it was shown. */
async function exerciseEverything(storage: TokenStorage, shown: Shown): Promise<string[]> {
  const imported = 'sk-legacy-K7vQ2mB9xT4wZ1pL8nR5';
  const made = await storage.createToken({ userId: 'ada', scopes: ['usage:read'], expiresAt: Date.now() + MINUTE });
  const taken = await storage.createToken({ token: imported, userId: 'bob', name: 'Imported' });
  const rotated = await storage.rotateToken({ tokenId: made.token.id, overlapMs: MINUTE });
  const secrets = [made.secret, taken.secret, rotated.secret];
  for (const answer of [made, taken, rotated]) shown.show({ ...answer, secret: 'left out' });

  for (const secret of secrets) {
    await shown.result(storage.verifyToken(secret));
    await shown.result(storage.verifyToken(secret.slice(1)));
    await shown.result(storage.verifyToken(`${secret} `));
    await shown.result(storage.createToken({ token: secret, userId: 'ada' }));
    await shown.result(storage.createToken({ token: `${secret}ü`, userId: 'ada' }));
    await shown.result(storage.importTokenHash({ tokenHash: secret, userId: 'ada' }));
    await shown.result(storage.importTokenHash({ tokenHash: hash('sha256', secret), userId: 'ada' }));
    await shown.result(storage.listTokens({ cursor: secret }));
    await shown.result(storage.getToken(Number(secret)));
  }
  const which = { tokenId: made.token.id };
  await shown.result(storage.rotateToken({ ...which, overlapMs: 0 }));
  await shown.result(storage.updateToken({ ...which, name: 'Renamed', scopes: [], expiresAt: null }));
  await shown.result(storage.deactivateToken(which));
  await shown.result(storage.activateToken(which));
  await shown.result(storage.revokeToken({ ...which, reason: 'left' }));
  await shown.result(storage.activateToken(which));
  for (const secret of secrets) await shown.result(storage.verifyToken(secret));
  await shown.result(storage.listTokens());
  await shown.result(storage.countTokens('ada'));
  await shown.result(storage.deleteToken({ tokenId: taken.token.id }));
  return secrets;
}

test('no token can be read in any answer, error, refusal, audit row, storage or byte of the files', async () => {
  await using made = await testDatabase({ shared: true });
  const { database, url } = made;
  const shown = new Shown();
  const storage = await TokenStorage.open(url, { onRefused: (refusal) => shown.show(refusal) });
  const audit = await AuditLog.open(url);
  const agents = await AgentStorage.open(url);
  const secrets = await exerciseEverything(storage, shown);
  const { items } = await audit.listEntries({ limit: 1000 });
  for (const value of [storage, audit, agents, items, tokenVerifier]) shown.show(value);
  for (const opened of [storage, audit, agents]) await opened.close();

  const bytes = await storedText(database);
  const hashes = secrets.map((secret) => hash('sha256', secret));
  expect(items.length).toBeGreaterThan(8);
  expect(secrets.filter((secret) => shown.text.includes(secret.slice(4, -4)))).toEqual([]);
  expect(secrets.filter((secret) => bytes.includes(secret.slice(4, -4)))).toEqual([]);
  expect(hashes.filter((tokenHash) => shown.text.includes(tokenHash))).toEqual([]);
  expect(bytes.includes(hashes[0] ?? '')).toBe(true); // what is looked at is the right file
});
