import { spawn } from 'node:child_process';
import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { TokenStorage } from './token-storage.ts';

const PROGRAM = fileURLToPath(new URL('./verify-program.fixture.ts', import.meta.url));

/** A process that has the database open and verifies what it is asked to. */
async function otherProcess(url: string) {
  const child = spawn(process.execPath, [PROGRAM, url], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    async verify(secret: string): Promise<unknown> {
      child.stdin.write(`${secret}\n`);
      return (await lines.next()).value;
    },
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  };
}

describe('what one process does to a token', () => {
  test('counts in the very next call of another process', async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-tokens-'));
    const url = `sqlite://${join(folder.path, 'tokens.db')}?mode=rwc`;
    await using storage = await TokenStorage.open(url);
    using other = await otherProcess(url);

    for (let round = 1; round <= 50; round += 1) {
      const { secret, token } = await storage.createToken({ userId: 'ada' });
      const which = { tokenId: token.id };
      expect(await other.verify(secret)).toBe(`token ${token.id}`);
      await storage.deactivateToken(which);
      expect(await other.verify(secret)).toBe('token.invalid');
      await storage.activateToken(which);
      expect(await other.verify(secret)).toBe(`token ${token.id}`);
      await storage.revokeToken(which);
      expect(await other.verify(secret)).toBe('token.invalid');
    }
  });

  test('lets a rotation that two connections ask for at once go to one of them', async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-tokens-'));
    const url = `sqlite://${join(folder.path, 'tokens.db')}?mode=rwc`;
    await using one = await TokenStorage.open(url);
    await using other = await TokenStorage.open(url);

    for (let round = 1; round <= 20; round += 1) {
      const { token } = await one.createToken({ userId: 'ada' });
      const rotations = [one, other].map(
        async (storage) => await storage.rotateToken({ tokenId: token.id, overlapMs: 0 }),
      );
      const answers = await Promise.allSettled(rotations);
      expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: { code: 'token.already_rotated' },
      });
    }
  });
});
