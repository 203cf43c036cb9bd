import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Whether this is Iron's own workspace, where migrations are written, and not an installed package. */
export const IS_WORKSPACE = import.meta.url.endsWith('.ts');

/** Which engine a migration is written for. Files of the same number do the same on each. */
export type MigrationEngine = 'sqlite' | 'postgres';

/** The migrations' folder: the workspace's when this file runs as TypeScript, the package's own copy when built. */
export const MIGRATIONS_FOLDER = fileURLToPath(
  new URL(IS_WORKSPACE ? '../../../../migrations/' : '../sql/', import.meta.url),
);

/** Where the migrations of each engine are. */
export const MIGRATIONS_FOLDERS = foldersIn(MIGRATIONS_FOLDER);

/** Where those of each engine are, of the migrations in `folder`. */
export function foldersIn(folder: string): Readonly<Record<MigrationEngine, string>> {
  return { sqlite: folder, postgres: join(folder, 'postgres') };
}

/** Numbers that no migration may have, and why. */
export const RESERVED_NUMBERS: ReadonlyMap<number, string> = new Map([
  [7, 'it is reserved: other editions of Iron use it'],
]);
