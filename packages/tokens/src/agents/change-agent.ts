import { and, count, eq, ne } from '@iron/db/drizzle';
import { z } from 'zod';
import {
  actorSchema,
  appendToAuditLog,
  changeRow,
  first,
  type IronDatabase,
  parseInput,
  schema,
  type ServiceContext,
  text,
  type Work,
  type Writer,
} from '@iron/db';
import { isAlike } from '../caseless.ts';
import { idSchema } from '../fields.ts';
import { AgentInUseError, AgentNameTakenError } from './agent-errors.ts';
import { type Agent, findAgent } from './agent.ts';

const actor = actorSchema.optional();
const name = text(200);
const providers = z
  .array(text(100))
  .max(100)
  .transform((list) => [...new Set(list)])
  .meta({ description: 'The only providers that its tokens may use; one that is named twice counts once' });

/** Checks a {@link CreateAgentInput}. */
export const createAgentSchema = z.strictObject({ name, providers, actor });
/** Checks a {@link RenameAgentInput}. */
export const renameAgentSchema = z.strictObject({ agentId: idSchema, name, actor });
/** Checks a {@link SetProvidersInput}. */
export const setProvidersSchema = z.strictObject({ agentId: idSchema, providers, actor });
const deleteAgentSchema = z.strictObject({ agentId: idSchema, actor });

/** A new agent and the only providers that its tokens may use. */
export type CreateAgentInput = z.input<typeof createAgentSchema>;
/** Which agent is to be called what. */
export type RenameAgentInput = z.input<typeof renameAgentSchema>;
/** The only providers that an agent's tokens may use from now on; empty: none. */
export type SetProvidersInput = z.input<typeof setProvidersSchema>;
/** Which agent to delete. */
export type DeleteAgentInput = z.input<typeof deleteAgentSchema>;

const { agents, apiTokens } = schema;

export async function createAgent({ database, now }: ServiceContext, input: CreateAgentInput): Promise<Agent> {
  const { actor: by, ...wanted } = parseInput('createAgent', createAgentSchema, input);
  return await database.write(function* (tx) {
    const at = now();
    yield* requireFreeName(tx, database, { name: wanted.name, agentId: 0 });
    const values = { ...wanted, createdAt: at };
    const agent = yield* first(tx.insert(agents).values(values).returning());
    yield* appendToAuditLog(tx, {
      entityType: 'agent',
      entityId: agent.id,
      action: 'create',
      actor: by,
      changes: wanted,
      at,
    });
    return agent;
  });
}

export async function renameAgent({ database, now }: ServiceContext, input: RenameAgentInput): Promise<Agent> {
  const { agentId, name: wanted, actor: by } = parseInput('renameAgent', renameAgentSchema, input);
  return await database.write(function* (tx) {
    const before = yield* findAgent(tx, agentId);
    if (before.name === wanted) return before;
    yield* requireFreeName(tx, database, { name: wanted, agentId });
    yield* changeRow(`agent ${agentId}`, tx.update(agents).set({ name: wanted }).where(eq(agents.id, agentId)));
    const changes = { before: { name: before.name }, after: { name: wanted } };
    yield* appendToAuditLog(tx, {
      entityType: 'agent',
      entityId: agentId,
      action: 'rename',
      actor: by,
      changes,
      at: now(),
    });
    return yield* findAgent(tx, agentId);
  });
}

/** Counts from the next verification of any of its tokens on. */
export async function setProviders({ database, now }: ServiceContext, input: SetProvidersInput): Promise<Agent> {
  const { agentId, providers: wanted, actor: by } = parseInput('setProviders', setProvidersSchema, input);
  return await database.write(function* (tx) {
    const before = yield* findAgent(tx, agentId);
    if (JSON.stringify(before.providers) === JSON.stringify(wanted)) return before;
    yield* changeRow(`agent ${agentId}`, tx.update(agents).set({ providers: wanted }).where(eq(agents.id, agentId)));
    const changes = { before: { providers: before.providers }, after: { providers: wanted } };
    const change = { action: 'set_providers', actor: by, changes, at: now() };
    yield* appendToAuditLog(tx, { entityType: 'agent', entityId: agentId, ...change });
    return yield* findAgent(tx, agentId);
  });
}

export async function deleteAgent({ database, now }: ServiceContext, input: DeleteAgentInput): Promise<void> {
  const { agentId, actor: by } = parseInput('deleteAgent', deleteAgentSchema, input);
  await database.write(function* (tx) {
    const agent = yield* findAgent(tx, agentId);
    const owned = yield* first(tx.select({ tokens: count() }).from(apiTokens).where(eq(apiTokens.agentId, agentId)));
    if (owned && owned.tokens > 0) throw new AgentInUseError(agentId, owned.tokens);
    yield* changeRow(`agent ${agentId}`, tx.delete(agents).where(eq(agents.id, agentId)));
    const changes = { name: agent.name };
    yield* appendToAuditLog(tx, {
      entityType: 'agent',
      entityId: agentId,
      action: 'delete',
      actor: by,
      changes,
      at: now(),
    });
  });
}

function* requireFreeName(
  tx: Writer,
  { engine }: IronDatabase,
  { name: wanted, agentId }: { readonly name: string; readonly agentId: number },
): Work<void> {
  const isTaken = and(isAlike(engine, agents.name, wanted), ne(agents.id, agentId));
  const other = yield* first(tx.select().from(agents).where(isTaken));
  if (other) throw new AgentNameTakenError(other.name, other.id);
}
