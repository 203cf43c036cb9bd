import type { TestApi } from '../../api.fixture.ts';
import { aboutNothing, type RequestMaker, type Said } from '../request-maker.fixture.ts';

let made = 0;

export const AGENT_REQUESTS: Readonly<Record<string, RequestMaker>> = {
  createAgent: aboutNothing(() => ({ body: { name: newName(), providers: ['openai'] } })),
  listAgents: aboutNothing(),
  showAgent: aboutAgent((agentId) => ({ params: { agentId } })),
  renameAgent: aboutAgent((agentId) => ({ params: { agentId }, body: { name: newName() } })),
  setAgentProviders: aboutAgent((agentId) => ({ params: { agentId }, body: { providers: [] } })),
  deleteAgent: aboutAgent((agentId) => ({ params: { agentId } })),
};

/** Agents belong to nobody. */
function aboutAgent(say: (agentId: number) => Said): RequestMaker {
  return aboutNothing(async ({ services }: TestApi) => {
    const { id } = await services.agents.createAgent({ name: newName(), providers: [] });
    return say(id);
  });
}

function newName(): string {
  return `agent ${++made}`;
}
