import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AmbiguousConfigFileError } from './config-errors.ts';
import type { Environment } from '../connection/environment.ts';
import { configFileNames } from './environment.ts';

const ROOT_MARKS = ['pnpm-workspace.yaml', '.git'];

/**
 * The configuration file of an environment: the nearest one from `folder` up to the root of its project, which is the
 * first folder that holds `pnpm-workspace.yaml` or `.git`. A folder in no project is searched alone.
 *
 * @throws {AmbiguousConfigFileError} one folder holds the file under two names
 */
export function findConfigFile(environment: Environment, folder: string): string | undefined {
  for (const searched of foldersToSearch(folder)) {
    const names = configFileNames(environment).filter((name) => exists(join(searched, name)));
    if (names.length > 1) throw new AmbiguousConfigFileError(searched, names, environment);
    if (names[0] !== undefined) return join(searched, names[0]);
  }
  return undefined;
}

export function foldersToSearch(folder: string): string[] {
  const upward = [folder];
  for (let above = folder; dirname(above) !== above; above = dirname(above)) upward.push(dirname(above));
  const root = upward.findIndex((candidate) => ROOT_MARKS.some((mark) => exists(join(candidate, mark))));
  return root < 0 ? [folder] : upward.slice(0, root + 1);
}

/** Also true for a link that leads nowhere: better an error when it is read than to pass over it. */
function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
