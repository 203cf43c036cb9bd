import { parseInput, run, schema } from '@iron/db';
import { and, eq } from '@iron/db/drizzle';
import { logKeyChange } from './log-key-change.ts';
import type { ProviderKeyContext } from './provider-key-context.ts';
import { type AssignmentInput, assignmentSchema, keysForProjectSchema } from './provider-key-input.ts';
import { readKeysForProject } from './key-look-ups.ts';
import { findKey, type ProviderKey, toProviderKey } from './provider-key.ts';

const { projectProviderKeyAssignments: assignments } = schema;

/** Lets a project use a key. */
export async function assignToProject({ database, now }: ProviderKeyContext, input: AssignmentInput): Promise<void> {
  const { keyId, projectId, actor } = parseInput('assignToProject', assignmentSchema, input);
  await database.write(function* (tx) {
    const at = now();
    const values = { projectId, providerKeyId: (yield* findKey(tx, keyId)).id, assignedAt: at };
    const added = yield* run(tx.insert(assignments).values(values).onConflictDoNothing());
    if (added > 0) yield* logKeyChange(tx, { keyId, action: 'assign', actor, changes: { projectId }, at });
  });
}

/** Takes a key from a project. */
export async function unassignFromProject(
  { database, now }: ProviderKeyContext,
  input: AssignmentInput,
): Promise<void> {
  const { keyId, projectId, actor } = parseInput('unassignFromProject', assignmentSchema, input);
  await database.write(function* (tx) {
    const { id } = yield* findKey(tx, keyId);
    const isAssigned = and(eq(assignments.projectId, projectId), eq(assignments.providerKeyId, id));
    const removed = yield* run(tx.delete(assignments).where(isAssigned));
    if (removed > 0) yield* logKeyChange(tx, { keyId, action: 'unassign', actor, changes: { projectId }, at: now() });
  });
}

/** The enabled keys of a provider that a project may use, the one that rested longest first. */
export async function keysForProject(
  { database }: ProviderKeyContext,
  projectId: string,
  provider: string,
): Promise<ProviderKey[]> {
  const asked = parseInput('keysForProject', keysForProjectSchema, { projectId, provider });
  return (await readKeysForProject(database, asked)).map(toProviderKey);
}
