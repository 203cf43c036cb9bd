import { existsSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The package.json scripts that run this program; `db` runs it with the word `db` already typed. */
const SCRIPTS: Readonly<Record<string, readonly string[]>> = { db: [], iron: ['iron'] };

/**
 * The words that start this program again when they are pasted into the same terminal, judged by how it was started:
 * as a script of the workspace, through npx, as a file, or as an installed `iron`.
 *
 * @param script the file that node was given
 * @param node the node that runs it, symbolic links followed
 */
export function programWords(env: NodeJS.ProcessEnv, script: string, node: string): string[] {
  const pnpm = /^pnpm\/(\S+)/.exec(env['npm_config_user_agent'] ?? '');
  const words = SCRIPTS[env['npm_lifecycle_event'] ?? ''];
  if (pnpm && words) {
    // A pnpm that npx started is on the PATH of this process only.
    const startedByNpx = (env['npm_execpath'] ?? '').includes('_npx');
    return [...(startedByNpx ? ['npx', '-y', `pnpm@${pnpm[1]}`] : ['pnpm']), '--filter', 'cli', ...words];
  }
  if (isSourceFile(script)) return [nodeOnPath(env['PATH'] ?? '') === node ? 'node' : node, script];
  return env['npm_lifecycle_event'] === 'npx' ? ['npx', 'iron'] : ['iron'];
}

/** The program as the help shows it: short, where pasting matters less than reading. */
export function programName(words: readonly string[]): string {
  return isSourceFile(words.at(-1) ?? '') ? 'iron' : words.join(' ');
}

function isSourceFile(script: string): boolean {
  return /\.[jt]s$/.test(script);
}

function nodeOnPath(path: string): string | undefined {
  const first = path
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .find((file) => existsSync(file));
  return first && realpathSync(first);
}
