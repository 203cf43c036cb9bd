import { DONE } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import type { AgentDocument, AgentsDocument } from '../../json-documents.ts';
import { listOutcome } from '../../output/list-outcome.ts';
import { pairs } from '../../output/table.ts';
import { showTime } from '../../output/units.ts';

/** One agent, after whatever was done to it. */
export function agentOutcome(agent: AgentDocument): Outcome<AgentDocument> {
  const { id, name, createdAt } = agent;
  return {
    document: agent,
    text: (paint) =>
      pairs(
        [
          ['Id', id],
          ['Name', name],
          ['Providers', providersOf(agent)],
          ['Created', showTime(createdAt)],
        ],
        paint,
      ),
    exitCode: DONE,
  };
}

export function agentsOutcome(part: AgentsDocument): Outcome<AgentsDocument> {
  return listOutcome(part, {
    heading: ['id', 'name', 'providers', 'created'],
    row: (agent) => [agent.id, agent.name, providersOf(agent), showTime(agent.createdAt)],
    none: 'There is no such agent.',
  });
}

function providersOf({ providers }: AgentDocument): string {
  return providers.join(' ') || 'none';
}
