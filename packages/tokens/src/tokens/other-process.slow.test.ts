import { testDatabase } from '@iron/test-database';
import { startProgram } from '@iron/test-program';
import { describe, expect, test } from 'vitest';
import { TokenStorage } from './token-storage.ts';

const PROGRAM = new URL('./verify-program.fixture.ts', import.meta.url);

/** A process that has the database open and verifies what it is asked to. */
async function otherProcess(url: string) {
  const program = startProgram(PROGRAM, url);
  expect(await program.nextLine()).toBe('ready');
  return {
    async verify(secret: string): Promise<string | undefined> {
      program.say(secret);
      return await program.nextLine();
    },
    [Symbol.asyncDispose]: async () => await program.kill(),
  };
}

describe('what one process does to a token', () => {
  test('counts in the very next call of another process', async () => {
    await using made = await testDatabase({ shared: true });
    const { url } = made;
    await using storage = await TokenStorage.open(url);
    await using other = await otherProcess(url);

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
    await using made = await testDatabase({ shared: true });
    const { url } = made;
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
