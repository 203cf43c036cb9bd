import { describe, expect, test } from 'vitest';
import { AgentStorage } from '../agents/agent-storage.ts';
import { DAY, MINUTE, testTokens, TIME } from './test-tokens.fixture.ts';

describe('rotateToken', () => {
  test('gives a new token that is like the old one, and both work during the overlap (litellm#27193)', async () => {
    await using tokens = await testTokens();
    await using agents = await AgentStorage.open(tokens.database);
    const { id: agentId } = await agents.createAgent({ name: 'Summariser', providers: ['openai'] });
    const about = {
      userId: 'ada',
      projectId: 'engine',
      name: 'CI',
      scopes: ['usage:read'],
      agentId,
      provider: 'openai',
    };
    const old = await tokens.storage.createToken(about);

    const rotated = await tokens.storage.rotateToken({ tokenId: old.token.id, overlapMs: MINUTE });

    expect(rotated.secret).not.toBe(old.secret);
    expect(rotated.token).toMatchObject({ ...about, state: 'active', expiresAt: null, rotatedFromId: old.token.id });
    expect(rotated.replaced).toEqual({ ...old.token, expiresAt: TIME + MINUTE });
    tokens.clock.at = TIME + MINUTE - 1;
    expect((await tokens.storage.verifyToken(old.secret)).tokenId).toBe(old.token.id);
    expect((await tokens.storage.verifyToken(rotated.secret)).tokenId).toBe(rotated.token.id);
    tokens.clock.at = TIME + MINUTE;
    await expect(tokens.storage.verifyToken(old.secret)).rejects.toMatchObject({ code: 'token.invalid' });
    expect((await tokens.storage.verifyToken(rotated.secret)).tokenId).toBe(rotated.token.id);
  });

  test('without an overlap stops the old one at once', async () => {
    await using tokens = await testTokens();
    const { secret, token } = await tokens.storage.createToken({ userId: 'ada' });
    await tokens.storage.rotateToken({ tokenId: token.id, overlapMs: 0 });
    await expect(tokens.storage.verifyToken(secret)).rejects.toMatchObject({ code: 'token.invalid' });
  });

  test('never lets the old one live longer than it would have, and the new one as long unless told', async () => {
    await using tokens = await testTokens();
    const { token } = await tokens.storage.createToken({ userId: 'ada', expiresAt: TIME + MINUTE });

    const first = await tokens.storage.rotateToken({ tokenId: token.id, overlapMs: DAY });
    expect([first.replaced.expiresAt, first.token.expiresAt]).toEqual([TIME + MINUTE, TIME + MINUTE]);
    const second = await tokens.storage.rotateToken({ tokenId: first.token.id, overlapMs: 0, expiresAt: TIME + DAY });
    expect(second.token.expiresAt).toBe(TIME + DAY);
    const third = await tokens.storage.rotateToken({ tokenId: second.token.id, overlapMs: 0, expiresAt: null });
    expect(third.token.expiresAt).toBeNull();
  });

  test('twice at once: one wins, the other is told so and changes nothing', async () => {
    await using tokens = await testTokens();
    const { secret, token } = await tokens.storage.createToken({ userId: 'ada' });
    const [won, lost] = await Promise.allSettled([
      tokens.storage.rotateToken({ tokenId: token.id, overlapMs: DAY }),
      tokens.storage.rotateToken({ tokenId: token.id, overlapMs: 0 }),
    ]);

    expect(won).toMatchObject({ value: { token: { id: 2 } } });
    expect(lost).toMatchObject({
      reason: {
        code: 'token.already_rotated',
        message: 'Token 1 was rotated already: token 2 replaces it.',
        details: { tokenId: 1, replacedById: 2 },
      },
    });
    expect((await tokens.storage.verifyToken(secret)).expiresAt).toBe(TIME + DAY);
    expect((await tokens.storage.listTokens()).items).toHaveLength(2);
  });

  test('can be done again after the new token was deleted', async () => {
    await using tokens = await testTokens();
    const { token } = await tokens.storage.createToken({ userId: 'ada' });
    const first = await tokens.storage.rotateToken({ tokenId: token.id, overlapMs: DAY });
    await tokens.storage.deleteToken({ tokenId: first.token.id });

    expect((await tokens.storage.rotateToken({ tokenId: token.id, overlapMs: DAY })).token.rotatedFromId).toBe(
      token.id,
    );
  });

  test('refuses a token that does not work, and says why', async () => {
    await using tokens = await testTokens();
    const create = async () => (await tokens.storage.createToken({ userId: 'ada', expiresAt: TIME + DAY })).token.id;
    const [revoked, inactive, expired] = [await create(), await create(), await create()];
    await tokens.storage.revokeToken({ tokenId: revoked });
    await tokens.storage.deactivateToken({ tokenId: inactive });

    const rotate = async (tokenId: number) => await tokens.storage.rotateToken({ tokenId, overlapMs: 0 });
    await expect(rotate(revoked)).rejects.toMatchObject({ code: 'token.revoked' });
    await expect(rotate(inactive)).rejects.toThrow('is inactive; only an active token can be rotated');
    tokens.clock.at = TIME + DAY;
    await expect(rotate(expired)).rejects.toMatchObject({ code: 'token.not_active', details: { state: 'expired' } });
  });

  test.each([-1, 0.5, 367 * DAY, Number.NaN, Infinity])('refuses an overlap of %s', async (overlapMs) => {
    await using tokens = await testTokens();
    await expect(tokens.storage.rotateToken({ tokenId: 1, overlapMs })).rejects.toMatchObject({
      code: 'input.invalid',
    });
  });
});
