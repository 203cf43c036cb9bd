import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { WORKSPACE } from './workspace.ts';

/** A program of the workspace's own node_modules, by absolute path. */
export function tool(name: string): string {
  return join(WORKSPACE, 'node_modules/.bin', name);
}

export interface Outcome {
  readonly status: number | null;
  /** Standard output and standard error, one after the other. */
  readonly output: string;
}

/** Waits for a program. Unless `environment` says otherwise pnpm installs nothing: copies share the installed packages. */
export function runProgram(
  program: string,
  words: readonly string[],
  folder: string,
  environment: NodeJS.ProcessEnv = {},
): Outcome {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...process.env,
      NO_COLOR: '1',
      FORCE_COLOR: undefined,
      TURBO_TELEMETRY_DISABLED: '1',
      NODE_COMPILE_CACHE: undefined, // it would keep what lies in a folder that is gone the next time
      pnpm_config_verify_deps_before_run: 'false',
      ...environment,
    },
  });
  if (error) throw error;
  return { status, output: `${stdout}${stderr}` };
}
