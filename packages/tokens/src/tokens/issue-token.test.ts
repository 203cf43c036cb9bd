import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { refuse } from '../database-statements.fixture.ts';
import { AgentStorage } from '../agents/agent-storage.ts';
import { callWith, refusalOf } from '../refusal.fixture.ts';
import { DAY, testTokens, TIME } from './test-tokens.fixture.ts';
import { generateToken, parseToken } from './token-format.ts';

describe('createToken', () => {
  test('shows the secret once, and keeps nothing but its SHA-256', async () => {
    await using tokens = await testTokens();
    const { secret, token } = await tokens.storage.createToken({ userId: 'ada', name: 'CI', expiresAt: TIME + DAY });

    expect(parseToken(secret)).toEqual({ kind: 'generated', environment: 'development' });
    expect(token).toEqual({
      id: 1,
      userId: 'ada',
      projectId: null,
      name: 'CI',
      scopes: [],
      agentId: null,
      provider: null,
      state: 'active',
      createdAt: TIME,
      lastUsedAt: null,
      expiresAt: TIME + DAY,
      revokedAt: null,
      revokedReason: null,
      rotatedFromId: null,
    });
    expect(await tokens.storage.getToken(1)).toEqual(token);
    const stored = await tokens.database.reader.statement('SELECT * FROM api_tokens').all();
    expect(stored).toMatchObject([{ token_hash: hash('sha256', secret) }]);
    expect(JSON.stringify(stored)).not.toContain(secret.slice(10, 40));
  });

  test('is logged in its own transaction, with who asked for it', async () => {
    await using tokens = await testTokens();
    await tokens.storage.createToken({
      userId: 'ada',
      scopes: ['usage:read'],
      actor: { userId: 'root', ipAddress: '10.0.0.1', userAgent: 'iron/1' },
    });

    const entries = await tokens.database.reader.statement('SELECT * FROM audit_log').all();
    expect(entries).toMatchObject([
      { entity_type: 'token', entity_id: '1', action: 'create', actor_user_id: 'root', ip_address: '10.0.0.1' },
    ]);
  });

  test('takes back everything when its audit row cannot be written', async () => {
    await using tokens = await testTokens();
    await refuse(tokens.database, 'INSERT ON audit_log', 'the log is full');

    await expect(tokens.storage.createToken({ userId: 'ada' })).rejects.toThrow('the log is full');
    expect((await tokens.storage.listTokens()).items).toEqual([]);
  });

  test.each([
    [{ userId: '' }, 'userId: must be 1 to 500 characters'],
    [{ userId: 'ada', expiry: TIME }, 'there is no field expiry'],
    [{ userId: 'ada', expiresAt: 1_750_000_000 }, 'expiresAt: must be milliseconds since the epoch'],
    [{ userId: 'ada', expiresAt: TIME + 0.5 }, 'expiresAt: '],
    [{ userId: 'ada', name: 'a\0b' }, 'name: must be 1 to 200 characters of valid Unicode without NUL'],
    [{ userId: 'ada', scopes: 'usage:read' }, 'scopes: Invalid input: expected array'],
    [{ userId: 'ada', agentId: 0 }, 'agentId: '],
    [{ userId: 'ada', actor: { userID: 'root' } }, 'actor: there is no field userID'],
    [{}, 'userId: '],
    [undefined, 'expected object'],
  ])('refuses %j and names what is wrong', async (input, problem) => {
    await using tokens = await testTokens();
    const error = await refusalOf(callWith(tokens.storage, 'createToken', input));
    expect(error.code).toBe('input.invalid');
    expect(error.message).toContain(problem);
  });

  test('refuses scopes that are none by name', async () => {
    await using tokens = await testTokens();
    const create = tokens.storage.createToken({ userId: 'ada', scopes: ['usage:read', 'everything'] });
    expect(String(await refusalOf(create))).toBe(
      'InvalidScopeError: "everything" is not a scope that can be used here.',
    );
  });

  test('refuses an expiry that has passed, to the millisecond', async () => {
    await using tokens = await testTokens();
    await expect(tokens.storage.createToken({ userId: 'ada', expiresAt: TIME })).rejects.toMatchObject({
      code: 'token.expiry_in_past',
    });
    expect((await tokens.storage.createToken({ userId: 'ada', expiresAt: TIME + 1 })).token.state).toBe('active');
  });

  test('refuses an agent that is not there', async () => {
    await using tokens = await testTokens();
    await expect(tokens.storage.createToken({ userId: 'ada', agentId: 7 })).rejects.toMatchObject({
      code: 'agent.not_found',
    });
  });

  test('gives a token to an agent', async () => {
    await using tokens = await testTokens();
    await using agents = await AgentStorage.open(tokens.database);
    const { id: agentId } = await agents.createAgent({ name: 'Summariser', providers: ['openai'] });
    const { token } = await tokens.storage.createToken({ userId: 'ada', agentId });

    expect((await tokens.storage.listTokens({ agentId })).items).toEqual([token]);
  });
});

describe('a token that is imported', () => {
  test.each(['sk-legacy-0123456789', 'apitok_k3jh4k5jh34k5j', 'iron_dev_admin_token_001'])(
    'works as it is: %s',
    async (token) => {
      await using tokens = await testTokens();
      const created = await tokens.storage.createToken({ token, userId: 'ada' });

      expect(created.secret).toBe(token);
      expect((await tokens.storage.verifyToken(token)).tokenId).toBe(created.token.id);
      expect(await tokens.audited()).toEqual(['- import token 1']);
    },
  );

  test('works also if only its hash was known', async () => {
    await using tokens = await testTokens();
    const tokenHash = hash('sha256', 'sk-legacy-0123456789');
    const token = await tokens.storage.importTokenHash({ tokenHash: tokenHash.toUpperCase(), userId: 'ada' });

    expect((await tokens.storage.verifyToken('sk-legacy-0123456789')).tokenId).toBe(token.id);
    expect(await tokens.audited()).toEqual(['- import token 1']);
  });

  test.each([
    ['mistyped', 'iron_live_0123456789'],
    ['mistyped', `${generateToken('development')}x`],
    ['other_environment', generateToken('production')],
    ['malformed', 'short'],
    ['malformed', 'with a space in it'],
  ])('is refused where it could never be used: %s', async (reason, token) => {
    await using tokens = await testTokens();
    const error: unknown = await tokens.storage
      .createToken({ token, userId: 'ada' })
      .catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'token.unfit', details: { reason } });
    expect(String(error)).not.toContain(token);
  });

  test('twice is refused, and says which token it is', async () => {
    await using tokens = await testTokens();
    const [first, second] = await Promise.allSettled([
      tokens.storage.createToken({ token: 'sk-legacy-0123456789', userId: 'ada' }),
      tokens.storage.createToken({ token: 'sk-legacy-0123456789', userId: 'bob' }),
    ]);

    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ reason: { code: 'token.exists', details: { tokenId: 1 } } });
    expect(await tokens.audited()).toEqual(['- import token 1']);
  });

  test('by a hash that is none is refused', async () => {
    await using tokens = await testTokens();
    await expect(tokens.storage.importTokenHash({ tokenHash: 'sk-legacy', userId: 'ada' })).rejects.toThrow(
      'importTokenHash: tokenHash: must be 64 hexadecimal digits.',
    );
  });
});
