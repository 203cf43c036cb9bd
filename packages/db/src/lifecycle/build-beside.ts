import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { explainDatabaseError } from '../connection/sqlite-error.ts';

/**
 * Runs `build` with the path of a database file to be made in a folder of its own beside the database at `path`, on
 * the same file system. The folder is gone afterwards. The caller holds the lifecycle lock, so folders that are found
 * there belong to processes that were killed; they go first.
 */
export async function buildBeside<T>(path: string, build: (fresh: string) => Promise<T>): Promise<T> {
  const prefix = `.${basename(path)}.building-`;
  try {
    for (const name of readdirSync(dirname(path)).filter((entry) => entry.startsWith(prefix))) {
      rmSync(join(dirname(path), name), { recursive: true, force: true });
    }
    const folder = mkdtempSync(join(dirname(path), prefix));
    try {
      return await build(join(folder, basename(path)));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  } catch (error) {
    throw explainDatabaseError(error, path);
  }
}
