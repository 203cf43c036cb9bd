import { type Endpoint, endpoint } from '../../http/endpoint.ts';
import { nothing } from '../fields.ts';
import {
  agentPage,
  agentParams,
  agentSchema,
  createAgentBody,
  listAgentsQuery,
  renameAgentBody,
  setProvidersBody,
} from './agent-schemas.ts';

// Agents belong to nobody, so that there are none of one's own.
const READ = { scope: 'agents:read', user: 'none', viewer: 'none' } as const;
const WRITE = { scope: 'agents:write', user: 'none', viewer: 'none' } as const;

const CHANGED = { status: 200, description: 'The agent as it is now', body: agentSchema } as const;

export const createAgent = endpoint({
  id: 'createAgent',
  method: 'post',
  path: '/api/agents',
  summary: 'Make an agent',
  description: 'A token is given to it when the token is made: `POST /api/tokens` with `agentId`.',
  access: WRITE,
  body: createAgentBody,
  example: { name: 'support bot', providers: ['openai'] },
  answer: { status: 201, description: 'The agent', body: agentSchema },
  problems: ['agent.name_taken'],
  creates: 'anything',
  handle: async ({ body, services, actor }) => await services.agents.createAgent({ ...body, actor }),
});

export const listAgents = endpoint({
  id: 'listAgents',
  method: 'get',
  path: '/api/agents',
  summary: 'Agents, the oldest first',
  access: READ,
  query: listAgentsQuery,
  answer: { status: 200, description: 'A part of the list', body: agentPage },
  handle: async ({ query, services }) => await services.agents.listAgents(query),
});

export const showAgent = endpoint({
  id: 'showAgent',
  method: 'get',
  path: '/api/agents/{agentId}',
  summary: 'One agent',
  access: READ,
  params: agentParams,
  answer: { status: 200, description: 'The agent', body: agentSchema },
  problems: ['agent.not_found'],
  handle: async ({ params, services }) => await services.agents.getAgent(params.agentId),
});

export const renameAgent = endpoint({
  id: 'renameAgent',
  method: 'put',
  path: '/api/agents/{agentId}/name',
  summary: 'Call an agent something else',
  access: WRITE,
  params: agentParams,
  body: renameAgentBody,
  example: { name: 'help desk' },
  answer: CHANGED,
  problems: ['agent.not_found', 'agent.name_taken'],
  handle: async ({ params, body, services, actor }) => await services.agents.renameAgent({ ...body, ...params, actor }),
});

export const setAgentProviders = endpoint({
  id: 'setAgentProviders',
  method: 'put',
  path: '/api/agents/{agentId}/providers',
  summary: 'Say which providers the tokens of an agent may use',
  description: 'Counts from the next request with any of its tokens on.',
  access: WRITE,
  params: agentParams,
  body: setProvidersBody,
  example: { providers: ['openai', 'anthropic'] },
  answer: CHANGED,
  problems: ['agent.not_found'],
  handle: async ({ params, body, services, actor }) =>
    await services.agents.setProviders({ ...body, ...params, actor }),
});

export const deleteAgent = endpoint({
  id: 'deleteAgent',
  method: 'delete',
  path: '/api/agents/{agentId}',
  summary: 'Delete an agent that no token belongs to',
  access: WRITE,
  params: agentParams,
  answer: { status: 204, description: 'It is gone', body: nothing },
  problems: ['agent.not_found', 'agent.in_use'],
  handle: async ({ params, services, actor }) => await services.agents.deleteAgent({ ...params, actor }),
});

export const AGENT_ENDPOINTS: readonly Endpoint[] = [
  createAgent,
  listAgents,
  showAgent,
  renameAgent,
  setAgentProviders,
  deleteAgent,
];
