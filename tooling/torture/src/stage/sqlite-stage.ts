import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { lifecycleOf } from '@iron/db';
import { makeFolders, type Place, type Stage } from './stage.ts';

const FILE = 'tokens.db';

/** A file on a small disk. */
export async function sqliteStage(): Promise<Stage> {
  const folders = await makeFolders();
  const file = join(folders.database, FILE);
  return {
    ...placeOf(file),
    folders,
    breakable: { disk: folders.disk, file },
    alone: async () => undefined,
    another: async (name) => {
      const folder = join(folders.elsewhere, name);
      mkdirSync(folder, { mode: 0o755 });
      return { ...placeOf(join(folder, FILE)), remove: async () => rmSync(folder, { recursive: true }) };
    },
    leftOver: async ({ building }) => [
      ...readdirSync(folders.database).filter((name) => !isDocumented(name, building)),
      ...readdirSync(join(folders.database, 'backups')).filter(
        (name) => !/^tokens_backup_[\d_]+\.db(?:\.json)?$/.test(name),
      ),
    ],
    [Symbol.asyncDispose]: async () => folders[Symbol.dispose](),
  };
}

function placeOf(path: string): Place {
  return { url: `sqlite://${path}`, lifecycle: lifecycleOf({ kind: 'file', path, mode: 'rwc' }) };
}

/** While nobody has it open. */
function isDocumented(name: string, building: boolean): boolean {
  return [FILE, `${FILE}-lock`, 'backups'].includes(name) || (building && name.startsWith(`.${FILE}.building-`));
}
