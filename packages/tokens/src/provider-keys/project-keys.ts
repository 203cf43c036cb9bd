import { parseInput, schema } from '@iron/db';
import { and, eq } from 'drizzle-orm';
import { logKeyChange } from './log-key-change.ts';
import type { ProviderKeyContext } from './provider-key-context.ts';
import { type AssignmentInput, assignmentSchema, keysForProjectSchema } from './provider-key-input.ts';
import { findKey, type ProviderKey, toProviderKey } from './provider-key.ts';

const { projectProviderKeyAssignments: assignments } = schema;

/** Lets a project use a key. */
export async function assignToProject({ database, now }: ProviderKeyContext, input: AssignmentInput): Promise<void> {
  const { keyId, projectId, actor } = parseInput('assignToProject', assignmentSchema, input);
  await database.write((tx) => {
    const at = now();
    const values = { projectId, providerKeyId: findKey(tx, keyId).id, assignedAt: at };
    const { changes: added } = tx.insert(assignments).values(values).onConflictDoNothing().run();
    if (added > 0) logKeyChange(tx, { keyId, action: 'assign', actor, changes: { projectId }, at });
  });
}

/** Takes a key from a project. */
export async function unassignFromProject(
  { database, now }: ProviderKeyContext,
  input: AssignmentInput,
): Promise<void> {
  const { keyId, projectId, actor } = parseInput('unassignFromProject', assignmentSchema, input);
  await database.write((tx) => {
    const isAssigned = and(eq(assignments.projectId, projectId), eq(assignments.providerKeyId, findKey(tx, keyId).id));
    const { changes: removed } = tx.delete(assignments).where(isAssigned).run();
    if (removed > 0) logKeyChange(tx, { keyId, action: 'unassign', actor, changes: { projectId }, at: now() });
  });
}

/** The enabled keys of a provider that a project may use, the one that rested longest first. */
export function keysForProject({ lookUps }: ProviderKeyContext, projectId: string, provider: string): ProviderKey[] {
  return lookUps.forProject
    .all(parseInput('keysForProject', keysForProjectSchema, { projectId, provider }))
    .map(toProviderKey);
}
