import { type IronDatabase, schema, selectList } from '@iron/db';
import { getTableColumns } from '@iron/db/drizzle';
import type { ProviderKeyRow } from './provider-key.ts';

/** As Drizzle would read them; but these are statements that are prepared once, for what is read for every call. */
const COLUMNS = selectList(getTableColumns(schema.aiProviderKeys));

const BY_ID = `SELECT ${COLUMNS} FROM ai_provider_keys WHERE id = ?`;

/** NULL: never used. */
const FOR_PROJECT = `
  SELECT ${COLUMNS} FROM ai_provider_keys
  WHERE provider = ? AND is_enabled = 1
    AND id IN (SELECT provider_key_id FROM project_provider_key_assignments WHERE project_id = ?)
  ORDER BY last_used_at NULLS FIRST, id`;

interface StoredKey extends Omit<ProviderKeyRow, 'isEnabled'> {
  readonly isEnabled: 0 | 1;
}

export async function readKeyById({ reader }: IronDatabase, id: number): Promise<ProviderKeyRow | undefined> {
  const row = await reader.statement<[number], StoredKey>(BY_ID).get(id);
  return row && toRow(row);
}

/** The enabled keys of a provider that a project may use, the one that rested longest first. */
export async function readKeysForProject(
  { reader }: IronDatabase,
  { projectId, provider }: { readonly projectId: string; readonly provider: string },
): Promise<ProviderKeyRow[]> {
  const rows = await reader.statement<[string, string], StoredKey>(FOR_PROJECT).all(provider, projectId);
  return rows.map(toRow);
}

function toRow(stored: StoredKey): ProviderKeyRow {
  return { ...stored, isEnabled: stored.isEnabled === 1 };
}
