import { describe, expect, test } from 'vitest';
import { DAY, type TestTokens, testTokens, TIME } from './test-tokens.fixture.ts';

/** What the log says of the changes of one kind, in order. */
async function changesOf({ database }: TestTokens, action: string): Promise<string[]> {
  const entries = 'SELECT changes FROM audit_log WHERE action = ? ORDER BY id';
  const rows = await database.reader.statement<[string], { changes: string }>(entries).all(action);
  return rows.map(({ changes }) => changes);
}

describe('a token', () => {
  test('that is deactivated works again when it is activated', async () => {
    await using tokens = await testTokens();
    const { secret, token } = await tokens.storage.createToken({ userId: 'ada' });

    expect((await tokens.storage.deactivateToken({ tokenId: token.id })).state).toBe('inactive');
    await expect(tokens.storage.verifyToken(secret)).rejects.toMatchObject({ code: 'token.invalid' });
    expect((await tokens.storage.activateToken({ tokenId: token.id })).state).toBe('active');
    expect((await tokens.storage.verifyToken(secret)).tokenId).toBe(token.id);
  });

  test('that is revoked is kept, with the time and the reason, and stays revoked', async () => {
    await using tokens = await testTokens();
    const { token } = await tokens.storage.createToken({ userId: 'ada' });
    tokens.clock.at = TIME + DAY;
    const revoked = await tokens.storage.revokeToken({ tokenId: token.id, reason: 'left the company' });

    const how = { state: 'revoked', revokedAt: TIME + DAY, revokedReason: 'left the company' };
    expect(revoked).toMatchObject(how);
    await expect(tokens.storage.activateToken({ tokenId: token.id })).rejects.toMatchObject({ code: 'token.revoked' });
    await expect(tokens.storage.updateToken({ tokenId: token.id, name: 'x' })).rejects.toMatchObject({
      code: 'token.revoked',
    });
    tokens.clock.at = TIME + 2 * DAY;
    expect(await tokens.storage.revokeToken({ tokenId: token.id, reason: 'again' })).toMatchObject(how);
    expect(await tokens.storage.deactivateToken({ tokenId: token.id })).toMatchObject(how);
  });

  test('is revoked in one statement: nobody sees it revoked and active', async () => {
    await using tokens = await testTokens();
    const { token } = await tokens.storage.createToken({ userId: 'ada' });
    await tokens.storage.revokeToken({ tokenId: token.id });

    const rows = 'SELECT is_active, revoked_at, revoked_reason FROM api_tokens';
    expect(await tokens.database.reader.statement(rows).all()).toEqual([
      { is_active: 0, revoked_at: TIME, revoked_reason: null },
    ]);
  });

  test('gets another name, other scopes and another expiry, and keeps what is not named', async () => {
    await using tokens = await testTokens();
    const { token } = await tokens.storage.createToken({ userId: 'ada', name: 'CI', scopes: ['usage:read'] });

    const changed = await tokens.storage.updateToken({ tokenId: token.id, expiresAt: TIME + DAY, scopes: ['*'] });
    expect(changed).toEqual({ ...token, scopes: ['*'], expiresAt: TIME + DAY });
    expect(await tokens.storage.updateToken({ tokenId: token.id, name: null, expiresAt: null })).toEqual({
      ...token,
      name: null,
      scopes: ['*'],
    });
    await expect(tokens.storage.updateToken({ tokenId: token.id, expiresAt: TIME })).rejects.toMatchObject({
      code: 'token.expiry_in_past',
    });
    expect(await changesOf(tokens, 'update')).toEqual([
      `{"before":{"scopes":["usage:read"],"expiresAt":null},"after":{"scopes":["*"],"expiresAt":${TIME + DAY}}}`,
      `{"before":{"name":"CI","expiresAt":${TIME + DAY}},"after":{"name":null,"expiresAt":null}}`,
    ]);
  });

  test('takes its usage along when it is deleted, and the log says how much that was', async () => {
    await using tokens = await testTokens();
    const { token } = await tokens.storage.createToken({ userId: 'ada', name: 'CI' });
    const addUsage = tokens.database.reader.statement(
      `INSERT INTO token_usage (token_id, provider, model, input_tokens, output_tokens, total_tokens, recorded_at)
       VALUES (?, 'openai', 'gpt-5', 100, 50, 150, ?)`,
    );
    for (let call = 0; call < 3; call += 1) await addUsage.run(token.id, TIME + call);

    expect(await tokens.storage.deleteToken({ tokenId: token.id })).toEqual({ usageRecords: 3 });

    expect(await tokens.database.reader.statement('SELECT * FROM token_usage').all()).toEqual([]);
    await expect(tokens.storage.getToken(token.id)).rejects.toMatchObject({ code: 'token.not_found' });
    expect(await changesOf(tokens, 'delete')).toEqual([
      '{"userId":"ada","projectId":null,"name":"CI","usageRecords":3}',
    ]);
  });

  test('that is not there is named, by every method that takes one', async () => {
    await using tokens = await testTokens();
    const { storage } = tokens;
    const asked = [
      storage.getToken(9),
      storage.updateToken({ tokenId: 9 }),
      storage.deactivateToken({ tokenId: 9 }),
      storage.activateToken({ tokenId: 9 }),
      storage.revokeToken({ tokenId: 9 }),
      storage.rotateToken({ tokenId: 9, overlapMs: 0 }),
      storage.deleteToken({ tokenId: 9 }),
    ];
    const answers = await Promise.allSettled(asked);
    expect(answers.map((answer) => answer.status === 'rejected' && String(answer.reason))).toEqual(
      asked.map(() => 'TokenNotFoundError: There is no token 9.'),
    );
  });

  test('leaves a row in the log for each change, with who asked for it, and none where nothing changed', async () => {
    await using tokens = await testTokens();
    const { storage } = tokens;
    const actor = { userId: 'root' };
    const { token } = await storage.createToken({ userId: 'ada', actor });
    const which = { tokenId: token.id, actor };
    await storage.updateToken({ ...which, name: 'CI' });
    await storage.updateToken({ ...which, name: 'CI', scopes: [], expiresAt: null });
    await storage.deactivateToken(which);
    await storage.deactivateToken(which);
    await storage.activateToken(which);
    await storage.activateToken(which);
    await storage.rotateToken({ ...which, overlapMs: DAY });
    await storage.revokeToken(which);
    await storage.revokeToken(which);
    await storage.deleteToken(which);

    expect(await tokens.audited()).toEqual([
      'root create token 1',
      'root update token 1',
      'root deactivate token 1',
      'root activate token 1',
      'root create token 2',
      'root rotate token 1',
      'root revoke token 1',
      'root delete token 1',
    ]);
  });
});
