import { eq } from '@iron/db/drizzle';
import { first, type Reader, schema, type Work } from '@iron/db';
import { AgentNotFoundError } from './agent-errors.ts';

/** A program that acts with tokens of its own. */
export interface Agent {
  readonly id: number;
  /** Unique, in whatever case. */
  readonly name: string;
  /** The only providers that its tokens may use; empty: none. */
  readonly providers: readonly string[];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** @throws {AgentNotFoundError} there is no such agent */
export function* findAgent(reader: Pick<Reader, 'select'>, agentId: number): Work<Agent> {
  const agent = yield* first(reader.select().from(schema.agents).where(eq(schema.agents.id, agentId)));
  if (!agent) throw new AgentNotFoundError(agentId);
  return agent;
}
