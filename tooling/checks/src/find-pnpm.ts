import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { WORKSPACE } from './workspace.ts';

let found: string | undefined;

/** The folder of the pnpm that the Quick start brings, so that documents can say `pnpm`. */
export function pnpmFolder(): string {
  found ??= findPnpm();
  return found;
}

function findPnpm(): string {
  const { packageManager } = z
    .object({ packageManager: z.string() })
    .parse(JSON.parse(readFileSync(join(WORKSPACE, 'package.json'), 'utf8')));
  const words = ['-y', '-p', packageManager, '-c', 'command -v pnpm'];
  const { status, stdout, stderr } = spawnSync('npx', words, { cwd: WORKSPACE, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npx does not bring ${packageManager}:\n${stderr}`);
  return dirname(stdout.trim());
}
