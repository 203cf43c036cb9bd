import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AgentStorage } from '../agents/agent-storage.ts';
import { callWith } from '../refusal.fixture.ts';
import { DAY, type TestTokens, testTokens, TIME } from './test-tokens.fixture.ts';
import type { ListTokensInput } from './token-input.ts';
import { tokenState } from './token-state.ts';

async function namesOf({ storage }: TestTokens, query: ListTokensInput): Promise<(string | null)[]> {
  return (await storage.listTokens(query)).items.map(({ name }) => name);
}

describe('listTokens', () => {
  test('finds by user, project, agent, provider, state and part of the name, all at once', async () => {
    await using tokens = await testTokens();
    await using agents = await AgentStorage.open(tokens.database);
    const { id: agentId } = await agents.createAgent({ name: 'Summariser', providers: [] });
    const { storage } = tokens;
    await storage.createToken({ name: 'Nightly build', userId: 'ada', projectId: 'engine', provider: 'openai' });
    await storage.createToken({ name: 'Nightly_tests', userId: 'ada', agentId });
    const { token: old } = await storage.createToken({ name: 'Old', userId: 'bob', projectId: 'engine' });
    await storage.createToken({ name: null, userId: 'bob' });
    await storage.revokeToken({ tokenId: old.id });

    expect(await namesOf(tokens, { userId: 'ada' })).toEqual(['Nightly_tests', 'Nightly build']);
    expect(await namesOf(tokens, { projectId: 'engine' })).toEqual(['Old', 'Nightly build']);
    expect(await namesOf(tokens, { agentId })).toEqual(['Nightly_tests']);
    expect(await namesOf(tokens, { provider: 'openai' })).toEqual(['Nightly build']);
    expect(await namesOf(tokens, { state: 'revoked' })).toEqual(['Old']);
    expect(await namesOf(tokens, { text: 'NIGHT' })).toEqual(['Nightly_tests', 'Nightly build']);
    expect(await namesOf(tokens, { text: 'y_t' })).toEqual(['Nightly_tests']);
    expect(await namesOf(tokens, { text: '%' })).toEqual([]);
    expect(await namesOf(tokens, { userId: 'bob', projectId: 'engine', state: 'active' })).toEqual([]);
  });

  test('goes through all tokens page by page, each once, also when some come and go meanwhile', async () => {
    await using tokens = await testTokens();
    const { storage } = tokens;
    for (let count = 1; count <= 10; count += 1) {
      tokens.clock.at = TIME + Math.floor(count / 3); // several in one millisecond
      await storage.createToken({ userId: 'ada', name: `${count}` });
    }
    const seen: (string | null)[] = [];
    let cursor: string | undefined;
    do {
      const page = await storage.listTokens({ limit: 3, ...(cursor && { cursor }) });
      seen.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor ?? undefined;
      if (seen.length === 3) {
        tokens.clock.at += 1;
        await storage.createToken({ userId: 'ada', name: 'new' });
        await storage.deleteToken({ tokenId: 8 }); // the one that the cursor stands on
      }
    } while (cursor);

    expect(seen).toEqual(['10', '9', '8', '7', '6', '5', '4', '3', '2', '1']);
  });

  test.each(['', 'nonsense', Buffer.from('[1]').toString('base64url'), Buffer.from('{}').toString('base64url')])(
    'refuses the cursor %j',
    async (cursor) => {
      await using tokens = await testTokens();
      await expect(tokens.storage.listTokens({ cursor })).rejects.toMatchObject({ code: 'input.invalid_cursor' });
    },
  );

  test('refuses a filter that it does not know, rather than listing everything', async () => {
    await using tokens = await testTokens();
    await expect(callWith(tokens.storage, 'listTokens', { user: 'ada' })).rejects.toThrow(
      'listTokens: there is no field user',
    );
  });
});

describe('countTokens', () => {
  test('counts what a user has, by state', async () => {
    await using tokens = await testTokens();
    const { storage } = tokens;
    const create = async (expiresAt: number | null = null) =>
      (await storage.createToken({ userId: 'ada', expiresAt })).token.id;
    await create();
    await create();
    await create(TIME + DAY);
    await storage.revokeToken({ tokenId: await create() });
    await storage.revokeToken({ tokenId: await create(TIME + DAY) });
    await storage.deactivateToken({ tokenId: await create() });
    await storage.createToken({ userId: 'bob' });

    tokens.clock.at = TIME + DAY;
    expect(await storage.countTokens('ada')).toEqual({ total: 6, active: 2, inactive: 1, expired: 1, revoked: 2 });
    expect(await storage.countTokens('nobody')).toEqual({ total: 0, active: 0, inactive: 0, expired: 0, revoked: 0 });
  });
});

describe('the state of a token', () => {
  test('is the same in a list, in a filter and in the rule, whatever its times', async () => {
    await using tokens = await testTokens();
    const { storage, database } = tokens;
    const { token } = await storage.createToken({ userId: 'ada' });
    const set = database.reader.statement('UPDATE api_tokens SET revoked_at = ?, expires_at = ?, is_active = ?');
    const time = fc.option(fc.constantFrom(TIME - 1, TIME, TIME + 1), { nil: null });
    await fc.assert(
      fc.asyncProperty(time, time, fc.boolean(), async (revokedAt, expiresAt, wasActive) => {
        const isActive = revokedAt === null && wasActive;
        await set.run(revokedAt, expiresAt, isActive ? 1 : 0);
        const state = tokenState({ revokedAt, expiresAt, isActive }, TIME);

        expect((await storage.getToken(token.id)).state).toBe(state);
        expect((await storage.listTokens({ state })).items).toHaveLength(1);
        expect((await storage.countTokens('ada'))[state]).toBe(1);
      }),
    );
  });
});
