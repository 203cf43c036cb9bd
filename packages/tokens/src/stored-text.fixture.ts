import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { IronDatabase } from '@iron/db';

const TABLES = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1";

/** All that is stored: the bytes of the files of a database that others share, or the rows of every table of a server. */
export async function storedText({ engine, path, reader }: IronDatabase): Promise<string> {
  if (engine === 'sqlite') return bytesIn(dirname(path));
  const tables = await reader.statement<[], { name: string }>(TABLES).all();
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows = await reader
      .statement<[], { row: string }>(`SELECT to_jsonb(t)::text AS row FROM "${name}" AS t`)
      .all();
    texts.push(name, ...rows.map(({ row }) => row));
  }
  return texts.join('\n');
}

function bytesIn(folder: string): string {
  const files = readdirSync(folder).filter((name) => !name.endsWith('.db-lock'));
  return files.map((name) => readFileSync(join(folder, name), 'latin1')).join('\n');
}
