import { IronError } from '@iron/errors';

/** There is no agent of this id. */
export class AgentNotFoundError extends IronError {
  readonly code = 'agent.not_found';
  constructor(agentId: number) {
    super(`There is no agent ${agentId}.`, { hint: 'List the agents to see their ids.', details: { agentId } });
  }
}

/** Another agent has this name; upper and lower case are one. */
export class AgentNameTakenError extends IronError {
  readonly code = 'agent.name_taken';
  constructor(name: string, agentId: number) {
    super(`Agent ${agentId} is called ${JSON.stringify(name)} already.`, {
      hint: 'Choose another name, or rename that agent.',
      details: { name, agentId },
    });
  }
}

/** Tokens belong to the agent, so it cannot go: without it they would be free of its restrictions. */
export class AgentInUseError extends IronError {
  readonly code = 'agent.in_use';
  constructor(agentId: number, tokens: number) {
    super(
      `Agent ${agentId} cannot be deleted: ${tokens === 1 ? '1 token belongs' : `${tokens} tokens belong`} to it.`,
      {
        hint: 'Delete its tokens first; a revoked token counts, too.',
        details: { agentId, tokens },
      },
    );
  }
}
