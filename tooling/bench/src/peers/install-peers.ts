import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PEERS_FOLDER = fileURLToPath(new URL('../../peers', import.meta.url));

/** What installs the peers, in words that can be typed at the root of the project. */
export const INSTALL_COMMAND = 'pnpm install --frozen-lockfile --dir tooling/bench/peers';

/**
 * Installs what the benchmark compares with, if it is not what the lockfile says. Nothing else of the project needs it.
 *
 * @throws {Error} it could not be installed; it says what does so, and what leaves it out
 */
export async function installPeers(folder = PEERS_FOLDER): Promise<void> {
  const lockfile = join(folder, 'pnpm-lock.yaml');
  const installed = join(folder, 'node_modules', '.installed-lock.yaml');
  if (existsSync(installed) && readFileSync(installed).equals(readFileSync(lockfile))) return;
  try {
    const shell = process.platform === 'win32'; // it is a script there
    await promisify(execFile)('pnpm', ['install', '--frozen-lockfile'], { cwd: folder, shell });
  } catch (error) {
    throw new Error(
      `The peers could not be installed. \`${INSTALL_COMMAND}\` installs them and says more; --without-peers leaves them out.`,
      { cause: error },
    );
  }
  copyFileSync(lockfile, installed);
}
