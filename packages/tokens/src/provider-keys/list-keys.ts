import { makePage, type Page, parseInput, readCursor, schema } from '@iron/db';
import { and, asc, eq, gt, inArray } from '@iron/db/drizzle';
import { z } from 'zod';
import { idSchema } from '../fields.ts';
import type { ProviderKeyContext } from './provider-key-context.ts';
import { type ListKeysInput, listKeysSchema } from './provider-key-input.ts';
import { type ProviderKey, toProviderKey } from './provider-key.ts';

const { aiProviderKeys: keys, projectProviderKeyAssignments: assignments } = schema;

const cursorKey = z.tuple([idSchema]);

/** Oldest first. */
export async function listKeys(
  { database: { reader } }: ProviderKeyContext,
  input: ListKeysInput,
): Promise<Page<ProviderKey>> {
  const { provider, userId, projectId, isEnabled, limit, cursor } = parseInput('listKeys', listKeysSchema, input);
  const after = readCursor(cursorKey, cursor);
  const assigned = reader.select({ id: assignments.providerKeyId }).from(assignments);
  const rows = await reader
    .select()
    .from(keys)
    .where(
      and(
        provider === undefined ? undefined : eq(keys.provider, provider),
        userId === undefined ? undefined : eq(keys.userId, userId),
        isEnabled === undefined ? undefined : eq(keys.isEnabled, isEnabled),
        projectId === undefined ? undefined : inArray(keys.id, assigned.where(eq(assignments.projectId, projectId))),
        after && gt(keys.id, after[0]),
      ),
    )
    .orderBy(asc(keys.id))
    .limit(limit + 1);
  return makePage(rows, limit, { keyOf: ({ id }) => [id], itemOf: toProviderKey });
}
