import { and, count, eq, ne, sql } from 'drizzle-orm';
import { z } from 'zod';
import { actorSchema, appendToAuditLog, parseInput, schema, type ServiceContext, text, type Writer } from '@iron/db';
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
  return await database.write((tx) => {
    const at = now();
    requireFreeName(tx, wanted.name, 0);
    const agent = tx
      .insert(agents)
      .values({ ...wanted, createdAt: at })
      .returning()
      .get();
    appendToAuditLog(tx, { entityType: 'agent', entityId: agent.id, action: 'create', actor: by, changes: wanted, at });
    return agent;
  });
}

export async function renameAgent({ database, now }: ServiceContext, input: RenameAgentInput): Promise<Agent> {
  const { agentId, name: wanted, actor: by } = parseInput('renameAgent', renameAgentSchema, input);
  return await database.write((tx) => {
    const before = findAgent(tx, agentId);
    if (before.name === wanted) return before;
    requireFreeName(tx, wanted, agentId);
    tx.update(agents).set({ name: wanted }).where(eq(agents.id, agentId)).run();
    const changes = { before: { name: before.name }, after: { name: wanted } };
    appendToAuditLog(tx, { entityType: 'agent', entityId: agentId, action: 'rename', actor: by, changes, at: now() });
    return findAgent(tx, agentId);
  });
}

/** Counts from the next verification of any of its tokens on. */
export async function setProviders({ database, now }: ServiceContext, input: SetProvidersInput): Promise<Agent> {
  const { agentId, providers: wanted, actor: by } = parseInput('setProviders', setProvidersSchema, input);
  return await database.write((tx) => {
    const before = findAgent(tx, agentId);
    if (JSON.stringify(before.providers) === JSON.stringify(wanted)) return before;
    tx.update(agents).set({ providers: wanted }).where(eq(agents.id, agentId)).run();
    const changes = { before: { providers: before.providers }, after: { providers: wanted } };
    const change = { action: 'set_providers', actor: by, changes, at: now() };
    appendToAuditLog(tx, { entityType: 'agent', entityId: agentId, ...change });
    return findAgent(tx, agentId);
  });
}

export async function deleteAgent({ database, now }: ServiceContext, input: DeleteAgentInput): Promise<void> {
  const { agentId, actor: by } = parseInput('deleteAgent', deleteAgentSchema, input);
  await database.write((tx) => {
    const agent = findAgent(tx, agentId);
    const owned = tx.select({ tokens: count() }).from(apiTokens).where(eq(apiTokens.agentId, agentId)).get();
    if (owned && owned.tokens > 0) throw new AgentInUseError(agentId, owned.tokens);
    tx.delete(agents).where(eq(agents.id, agentId)).run();
    const changes = { name: agent.name };
    appendToAuditLog(tx, { entityType: 'agent', entityId: agentId, action: 'delete', actor: by, changes, at: now() });
  });
}

function requireFreeName(tx: Writer, wanted: string, agentId: number): void {
  const isTaken = and(sql`${agents.name} = ${wanted} COLLATE NOCASE`, ne(agents.id, agentId));
  const other = tx.select().from(agents).where(isTaken).get();
  if (other) throw new AgentNameTakenError(other.name, other.id);
}
