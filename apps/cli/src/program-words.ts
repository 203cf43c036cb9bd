import { basename, delimiter, dirname } from 'node:path';

/** The package.json scripts that run this program; `db` runs it with the word `db` already typed. */
const SCRIPTS: Readonly<Record<string, readonly string[]>> = { db: [], iron: ['iron'] };

/**
 * The words that start this program again when they are pasted into the same terminal, judged by how it was started:
 * as a script of the workspace, through npx, as a file, or as an installed `iron`.
 *
 * @param script the file that node was given
 * @param node the node that runs it
 */
export function programWords(env: NodeJS.ProcessEnv, script: string, node: string): string[] {
  const pnpm = /^pnpm\/(\S+)/.exec(env['npm_config_user_agent'] ?? '');
  const words = SCRIPTS[env['npm_lifecycle_event'] ?? ''];
  if (pnpm && words) {
    // A pnpm that npx started is on the PATH of this process only.
    const startedByNpx = (env['npm_execpath'] ?? '').includes('_npx');
    return [...(startedByNpx ? ['npx', '-y', `pnpm@${pnpm[1]}`] : ['pnpm']), '--filter', 'cli', ...words];
  }
  if (!/\.[jt]s$/.test(script)) return env['npm_lifecycle_event'] === 'npx' ? ['npx', 'iron'] : ['iron'];
  const isOnPath = (env['PATH'] ?? '').split(delimiter).includes(dirname(node));
  return [isOnPath ? basename(node) : node, script];
}
