import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { openDatabase } from '@iron/db';

/** The user without any rights beyond those of everybody. */
export const NOBODY = 65_534;

/**
 * Whether that user may read this program, and so go on with it: it loads more while it works. A checkout may lie where
 * only its owner may look; then the processes go on as who they are, and read-only files do not bind root.
 */
export function mayBecomeNobody(): boolean {
  return mayEnter(import.meta.dirname);
}

const OTHERS_MAY_ENTER = 0o001;

function mayEnter(folder: string): boolean {
  if ((statSync(folder).mode & OTHERS_MAY_ENTER) === 0) return false;
  return folder === dirname(folder) || mayEnter(dirname(folder));
}

/** Goes on as that user; as who it is already, if that is not root. */
export async function becomeNobody(): Promise<void> {
  const database = await openDatabase('sqlite::memory:'); // loads the driver, which may lie where nobody else may look
  await database.close();
  if (process.getuid?.() !== 0) return;
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}
