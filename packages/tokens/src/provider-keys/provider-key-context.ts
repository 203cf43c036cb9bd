import { type IronDatabase, schema, type ServiceContext } from '@iron/db';
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { MasterKey } from './master-key.ts';
import { MasterKeyMissingError } from './provider-key-errors.ts';

const { aiProviderKeys: keys, projectProviderKeyAssignments: assignments } = schema;

/** What the functions behind the storage work with. */
export interface ProviderKeyContext extends ServiceContext {
  /** The master key of this process. Without one, keys can be listed and switched off, but not used. */
  readonly masterKey: { current: MasterKey | undefined };
  readonly lookUps: KeyLookUps;
}

/** What is read for every call, prepared once. */
interface KeyLookUps {
  readonly byId: { get(values: { id: number }): schema.AiProviderKey | undefined };
  readonly forProject: { all(values: { projectId: string; provider: string }): schema.AiProviderKey[] };
}

export function prepareLookUps({ reader }: IronDatabase): KeyLookUps {
  const assigned = reader
    .select({ id: assignments.providerKeyId })
    .from(assignments)
    .where(eq(assignments.projectId, sql.placeholder('projectId')));
  return {
    byId: reader
      .select()
      .from(keys)
      .where(eq(keys.id, sql.placeholder('id')))
      .prepare(),
    forProject: reader
      .select()
      .from(keys)
      .where(and(eq(keys.provider, sql.placeholder('provider')), eq(keys.isEnabled, true), inArray(keys.id, assigned)))
      .orderBy(asc(keys.lastUsedAt), asc(keys.id)) // NULL, never used, comes first
      .prepare(),
  };
}

/** @throws {MasterKeyMissingError} none was given */
export function requireMasterKey({ masterKey }: ProviderKeyContext): MasterKey {
  if (!masterKey.current) throw new MasterKeyMissingError();
  return masterKey.current;
}
