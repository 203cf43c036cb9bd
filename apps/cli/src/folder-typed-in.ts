import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE_FOLDER = fileURLToPath(new URL('..', import.meta.url));

/**
 * The folder in which the person typed the command. pnpm runs a script in its package's folder and keeps the person's
 * in INIT_CWD; anywhere else that variable is left over from whatever script is around us, and means nothing.
 */
export function folderTypedIn(env: NodeJS.ProcessEnv, workingFolder: string, packageFolder = PACKAGE_FOLDER): string {
  const typedIn = env['INIT_CWD'];
  return typedIn && resolve(workingFolder) === resolve(packageFolder) ? typedIn : workingFolder;
}
