import { describe, expect, test } from 'vitest';
import { refusalOf } from './refusal.fixture.ts';
import { testTokens } from './tokens/test-tokens.fixture.ts';

/** Whatever is written with a change can be read by whoever reads the log. */
describe('a token is never written down in what goes with a change (litellm#30670)', () => {
  test.each([
    ['as a name', (secret: string) => ({ name: `key ${secret}` })],
    ['as a user', (secret: string) => ({ userId: secret })],
    ['as a project', (secret: string) => ({ projectId: secret })],
    ['as a scope', (secret: string) => ({ scopes: [secret] })],
    ['as the user who asks', (secret: string) => ({ actor: { userId: secret } })],
    ['in the name of a browser', (secret: string) => ({ actor: { userAgent: `curl ${secret}` } })],
  ])('%s', async (_, withSecret) => {
    await using tokens = await testTokens();
    const { secret } = await tokens.storage.createToken({ userId: 'ada' });
    const error = await refusalOf(tokens.storage.createToken({ userId: 'ada', ...withSecret(secret) }));

    expect(error.code).toBe('input.invalid');
    expect(error.message).toContain('holds a token, which must not be written down');
    expect(JSON.stringify(error) + String(error)).not.toContain(secret.slice(10));
  });

  test('beside itself when it is imported, whatever it looks like', async () => {
    await using tokens = await testTokens();
    const token = 'sk-"legacy"-0123456789';
    for (const about of [{ name: `was ${token}` }, { projectId: token }, { actor: { userAgent: token } }]) {
      const error = await refusalOf(tokens.storage.createToken({ token, userId: 'ada', ...about }));
      expect(error.message).toBe('createToken: the token is repeated in another field, where it could be read.');
    }
    expect(await tokens.audited()).toEqual([]);
  });

  test('as the reason of a revocation', async () => {
    await using tokens = await testTokens();
    const { secret, token } = await tokens.storage.createToken({ userId: 'ada' });
    const reason = `found in a public repository: ${secret}`;
    await expect(tokens.storage.revokeToken({ tokenId: token.id, reason })).rejects.toThrow(
      'revokeToken: reason: holds a token, which must not be written down.',
    );
  });
});
