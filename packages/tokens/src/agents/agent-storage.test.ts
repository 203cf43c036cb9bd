import { describe, expect, test } from 'vitest';
import { callWith, refusalOf } from '../refusal.fixture.ts';
import { testTokens, TIME, type TestTokens } from '../tokens/test-tokens.fixture.ts';
import { AgentStorage } from './agent-storage.ts';

async function openAgents({ database, clock }: TestTokens): Promise<AgentStorage> {
  return await AgentStorage.open(database, { now: () => clock.at });
}

describe('an agent', () => {
  test('has a name and providers, and each change of it is in the log', async () => {
    await using tokens = await testTokens();
    await using agents = await openAgents(tokens);
    const actor = { userId: 'root' };

    const made = await agents.createAgent({ name: 'Summariser', providers: ['openai', 'mistral', 'openai'], actor });
    expect(made).toEqual({ id: 1, name: 'Summariser', providers: ['openai', 'mistral'], createdAt: TIME });
    expect(await agents.renameAgent({ agentId: 1, name: 'Digest', actor })).toEqual({ ...made, name: 'Digest' });
    expect(await agents.setProviders({ agentId: 1, providers: [], actor })).toEqual({
      ...made,
      name: 'Digest',
      providers: [],
    });
    expect(await agents.getAgent(1)).toEqual({ id: 1, name: 'Digest', providers: [], createdAt: TIME });
    await agents.renameAgent({ agentId: 1, name: 'Digest', actor });
    await agents.setProviders({ agentId: 1, providers: [], actor });
    await agents.deleteAgent({ agentId: 1, actor });

    expect(await tokens.audited()).toEqual([
      'root create agent 1',
      'root rename agent 1',
      'root set_providers agent 1',
      'root delete agent 1',
    ]);
    await expect(agents.getAgent(1)).rejects.toMatchObject({ code: 'agent.not_found' });
  });

  test('has its name for itself, in whatever case, and may change the case of its own', async () => {
    await using tokens = await testTokens();
    await using agents = await openAgents(tokens);
    await agents.createAgent({ name: 'Summariser', providers: [] });
    await agents.createAgent({ name: 'Other', providers: [] });

    const taken = { code: 'agent.name_taken', message: 'Agent 1 is called "Summariser" already.' };
    await expect(agents.createAgent({ name: 'SUMMARISER', providers: [] })).rejects.toMatchObject(taken);
    await expect(agents.renameAgent({ agentId: 2, name: 'summariser' })).rejects.toMatchObject(taken);
    expect((await agents.renameAgent({ agentId: 1, name: 'SUMMARISER' })).name).toBe('SUMMARISER');
  });

  test('cannot be deleted while tokens belong to it, which are counted', async () => {
    await using tokens = await testTokens();
    await using agents = await openAgents(tokens);
    const { id: agentId } = await agents.createAgent({ name: 'Summariser', providers: [] });
    const made = [
      await tokens.storage.createToken({ userId: 'ada', agentId }),
      await tokens.storage.createToken({ userId: 'ada', agentId }),
    ];
    await tokens.storage.revokeToken({ tokenId: 1 });

    await expect(agents.deleteAgent({ agentId })).rejects.toMatchObject({
      code: 'agent.in_use',
      message: 'Agent 1 cannot be deleted: 2 tokens belong to it.',
      details: { agentId, tokens: 2 },
    });
    for (const { token } of made) await tokens.storage.deleteToken({ tokenId: token.id });
    await agents.deleteAgent({ agentId });
    expect((await agents.listAgents()).items).toEqual([]);
  });

  test('narrows all its tokens at once when its providers change', async () => {
    await using tokens = await testTokens();
    await using agents = await openAgents(tokens);
    const { id: agentId } = await agents.createAgent({ name: 'Summariser', providers: ['openai', 'mistral'] });
    const { secret } = await tokens.storage.createToken({ userId: 'ada', agentId });

    await agents.setProviders({ agentId, providers: ['mistral'] });

    expect((await tokens.storage.verifyToken(secret)).allowedProviders).toEqual(['mistral']);
  });

  test('is listed in order, by part of its name and page by page', async () => {
    await using tokens = await testTokens();
    await using agents = await openAgents(tokens);
    for (const name of ['Summariser', 'Translator', 'Sum checker']) await agents.createAgent({ name, providers: [] });
    const names = async (query: Parameters<AgentStorage['listAgents']>[0]) => {
      const { items, nextCursor } = await agents.listAgents(query);
      return { names: items.map(({ name }) => name), nextCursor };
    };

    expect(await names({ text: 'sum' })).toEqual({ names: ['Summariser', 'Sum checker'], nextCursor: null });
    const first = await names({ limit: 2 });
    expect(first.names).toEqual(['Summariser', 'Translator']);
    expect(await names({ limit: 2, cursor: first.nextCursor ?? '' })).toEqual({
      names: ['Sum checker'],
      nextCursor: null,
    });
  });

  test('needs to be told its providers: without them its tokens could use nothing, or all', async () => {
    await using tokens = await testTokens();
    await using agents = await openAgents(tokens);
    const error = await refusalOf(callWith(agents, 'createAgent', { name: 'Summariser' }));
    expect(error.message).toBe('createAgent: providers: Invalid input: expected array, received undefined.');
  });
});
