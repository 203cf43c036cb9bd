import { describe, expect, test } from 'vitest';
import { SEEDED_USERS, seedDatabase } from '@iron/db';
import { execute } from '../database-statements.fixture.ts';
import { AgentStorage } from '../agents/agent-storage.ts';
import { callWith, refusalOf } from '../refusal.fixture.ts';
import { DAY, type TestTokens, testTokens, TIME } from './test-tokens.fixture.ts';
import { InvalidTokenError } from './token-errors.ts';
import { generateToken } from './token-format.ts';
import { TokenStorage } from './token-storage.ts';
import { tokenVerifier } from './token-verifier.ts';

/** The error that a token is refused with, as its holder sees it. */
async function seenRefusal(storage: TokenStorage, secret: string) {
  const error = await refusalOf(storage.verifyToken(secret));
  const { name, code, message, hint, details, cause } = error;
  return { name, code, message, hint, details, cause, properties: Object.getOwnPropertyNames(error) };
}

describe('a token that is verified', () => {
  test('says whose it is and what it may do', async () => {
    await using tokens = await testTokens();
    const { secret, token } = await tokens.storage.createToken({
      userId: 'ada',
      projectId: 'engine',
      name: 'laptop',
      scopes: ['models/openai/*:call', 'usage:read'],
      expiresAt: TIME + DAY,
    });

    expect(await tokens.storage.verifyToken(secret)).toEqual({
      tokenId: token.id,
      userId: 'ada',
      projectId: 'engine',
      name: 'laptop',
      agentId: null,
      provider: null,
      allowedProviders: null,
      scopes: ['models/openai/*:call', 'usage:read'],
      expiresAt: TIME + DAY,
      ownerRole: null,
    });
  });

  test('may belong to a user who lives elsewhere, or to one who may act', async () => {
    await using tokens = await testTokens();
    await tokens.addUser('ada');
    const { secret: ofAda } = await tokens.storage.createToken({ userId: 'ada' });
    const { secret: ofStranger } = await tokens.storage.createToken({ userId: 'user of another system' });

    expect((await tokens.storage.verifyToken(ofAda)).userId).toBe('ada');
    expect((await tokens.storage.verifyToken(ofStranger)).userId).toBe('user of another system');
  });

  test('says what the account of its owner may do, as it is now, and nothing of an owner without one', async () => {
    await using tokens = await testTokens();
    await tokens.addUser('ada');
    const { secret: ofAda } = await tokens.storage.createToken({ userId: 'ada' });
    const { secret: ofStranger } = await tokens.storage.createToken({ userId: 'user of another system' });
    const rolesNow = async () => [
      (await tokens.storage.verifyToken(ofAda)).ownerRole,
      (await tokens.storage.verifyToken(ofStranger)).ownerRole,
    ];

    expect(await rolesNow()).toEqual(['user', null]);
    await execute(tokens.database, "UPDATE users SET role = 'viewer'");
    expect(await rolesNow()).toEqual(['viewer', null]);
  });

  test.each([
    { provider: null, agent: null, allowed: null },
    { provider: 'openai', agent: null, allowed: ['openai'] },
    { provider: null, agent: ['openai', 'mistral'], allowed: ['openai', 'mistral'] },
    { provider: 'openai', agent: ['openai', 'mistral'], allowed: ['openai'] },
    { provider: 'anthropic', agent: ['openai'], allowed: [] },
    { provider: null, agent: [], allowed: [] },
  ])('bound to $provider, of an agent with $agent, may use $allowed', async ({ provider, agent, allowed }) => {
    await using tokens = await testTokens();
    await using agents = await AgentStorage.open(tokens.database);
    const agentId = agent && (await agents.createAgent({ name: 'Summariser', providers: agent })).id;
    const { secret } = await tokens.storage.createToken({ userId: 'ada', provider, agentId });

    expect(await tokens.storage.verifyToken(secret)).toMatchObject({ provider, agentId, allowedProviders: allowed });
  });
});

/** Each makes the token of `ada` useless. */
const ENDINGS: Record<string, { end: (tokens: TestTokens, tokenId: number) => unknown; reason: string }> = {
  'that was revoked': { end: ({ storage }, tokenId) => storage.revokeToken({ tokenId }), reason: 'revoked' },
  'that was deactivated': { end: ({ storage }, tokenId) => storage.deactivateToken({ tokenId }), reason: 'inactive' },
  'that has expired, in the very millisecond': {
    end: ({ clock }) => (clock.at = TIME + DAY),
    reason: 'expired',
  },
  'of a suspended owner': {
    end: ({ database }) => execute(database, 'UPDATE users SET is_active = 0, suspended_at = 1750000000000'),
    reason: 'owner_suspended',
  },
  'of a deleted owner': {
    end: ({ database }) => execute(database, 'UPDATE users SET deleted_at = 1750000000000'),
    reason: 'owner_deleted',
  },
  'of an owner who was switched off': {
    end: ({ database }) => execute(database, 'UPDATE users SET is_active = 0'),
    reason: 'owner_inactive',
  },
};

describe('a token is refused by the very next call', () => {
  test.each(Object.entries(ENDINGS))('%s', async (_, { end, reason }) => {
    await using tokens = await testTokens();
    await tokens.addUser('ada');
    const { secret, token } = await tokens.storage.createToken({ userId: 'ada', expiresAt: TIME + DAY });
    tokens.clock.at = TIME + DAY - 1;
    await tokens.storage.verifyToken(secret);

    await end(tokens, token.id);

    await expect(tokens.storage.verifyToken(secret)).rejects.toThrow(InvalidTokenError);
    expect(tokens.refusals).toEqual([{ reason, tokenId: token.id }]);
  });

  test('that was deleted, and does not work again from a stale cache (litellm#1775)', async () => {
    await using tokens = await testTokens();
    const { secret, token } = await tokens.storage.createToken({ userId: 'ada' });
    await tokens.storage.verifyToken(secret);

    await tokens.storage.deleteToken({ tokenId: token.id });
    const { token: next } = await tokens.storage.createToken({ userId: 'bob' });

    expect(next.id).toBe(tokens.database.engine === 'sqlite' ? token.id : token.id + 1);
    await expect(tokens.storage.verifyToken(secret)).rejects.toThrow(InvalidTokenError);
    expect(tokens.refusals).toEqual([{ reason: 'unknown', tokenId: null }]);
  });

  test('that was narrowed, with its old scopes: a change takes effect under load (litellm#25553)', async () => {
    await using tokens = await testTokens();
    const { secret, token } = await tokens.storage.createToken({ userId: 'ada', scopes: ['*'] });
    const inFlight = Array.from({ length: 50 }, async () => await tokens.storage.verifyToken(secret));

    await tokens.storage.updateToken({ tokenId: token.id, scopes: ['usage:read'] });
    await Promise.all(inFlight);

    expect((await tokens.storage.verifyToken(secret)).scopes).toEqual(['usage:read']);
  });
});

describe('a refusal', () => {
  test('is one and the same, whatever the reason', async () => {
    await using tokens = await testTokens();
    await tokens.addUser('ada');
    const seen = [await seenRefusal(tokens.storage, generateToken('development'))];
    for (const { end } of Object.values(ENDINGS)) {
      tokens.clock.at = TIME;
      await execute(tokens.database, 'UPDATE users SET is_active = 1, suspended_at = NULL, deleted_at = NULL');
      const { secret, token } = await tokens.storage.createToken({ userId: 'ada', expiresAt: TIME + DAY });
      await end(tokens, token.id);
      seen.push(await seenRefusal(tokens.storage, secret));
    }
    for (const secret of ['', 'x'.repeat(9999), 'iron_dev_', generateToken('test')]) {
      seen.push(await seenRefusal(tokens.storage, secret));
    }

    expect(new Set(seen.map((refusal) => JSON.stringify(refusal))).size).toBe(1);
    expect(seen[0]).toMatchObject({ code: 'token.invalid', message: 'The token is not valid.', details: {} });
    expect(tokens.refusals.map(({ reason }) => reason)).toEqual([
      'unknown',
      ...Object.values(ENDINGS).map(({ reason }) => reason),
      'malformed',
      'malformed',
      'mistyped',
      'other_environment',
    ]);
  });

  test('of something that is no text at all is the same, too', async () => {
    await using tokens = await testTokens();
    const verify = async (value: unknown) => await callWith(tokens.storage, 'verifyToken', value);
    await expect(verify(undefined)).rejects.toThrow(InvalidTokenError);
    await expect(verify({ toString: () => 'iron' })).rejects.toThrow(InvalidTokenError);
  });

  test('of a mistyped token needs no look-up', async () => {
    await using tokens = await testTokens();
    const { database } = tokens;
    const verifier = await tokenVerifier(database);
    const verify = async (secret: string) => await database.read((reader) => verifier.verify(reader, secret));
    await execute(database, 'ALTER TABLE api_tokens RENAME TO put_away');

    expect(await verify('iron_dev_mistyped')).toEqual({ refusal: { reason: 'mistyped', tokenId: null } });
    await expect(verify('looked-up')).rejects.toThrow(/no such table|"api_tokens" does not exist/);
  });
});

describe('the development tokens', () => {
  const secrets = SEEDED_USERS.map(({ token }) => token);

  test.each(['development', 'test'] as const)('work in %s', async (environment) => {
    await using tokens = await testTokens(environment);
    await seedDatabase(tokens.database);

    const verified = await Promise.all(secrets.map(async (secret) => await tokens.storage.verifyToken(secret)));
    expect(verified.map(({ userId }) => userId)).toEqual(SEEDED_USERS.map(({ user }) => user.id));
  });

  test('never work in production, although their rows are there', async () => {
    await using tokens = await testTokens();
    await seedDatabase(tokens.database);
    await using production = await TokenStorage.open(tokens.database, { environment: 'production' });

    for (const secret of secrets) await expect(production.verifyToken(secret)).rejects.toThrow(InvalidTokenError);
  });

  test('never work in a production database, whatever it is opened as', async () => {
    await using tokens = await testTokens();
    await seedDatabase(tokens.database);
    await execute(tokens.database, "UPDATE _iron SET environment = 'production'");
    await using opened = await TokenStorage.open(tokens.database, { environment: 'development' });

    for (const secret of secrets) await expect(opened.verifyToken(secret)).rejects.toThrow(InvalidTokenError);
    await expect(opened.createToken({ userId: 'ada', token: secrets[0] })).rejects.toMatchObject({
      code: 'token.unfit',
      details: { reason: 'well_known' },
    });
  });
});

describe('a token of another environment', () => {
  test('is refused, also when its row was copied over', async () => {
    await using tokens = await testTokens('test');
    const { secret } = await tokens.storage.createToken({ userId: 'ada' });
    await execute(tokens.database, "UPDATE _iron SET environment = 'production'");
    await using production = await TokenStorage.open(tokens.database);

    expect(secret.startsWith('iron_test_')).toBe(true);
    expect((await production.createToken({ userId: 'ada' })).secret.startsWith('iron_live_')).toBe(true);
    await expect(production.verifyToken(secret)).rejects.toThrow(InvalidTokenError);
  });
});
