import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tool } from '../run-program.ts';

const PROGRAM = fileURLToPath(new URL('curl-program.ts', import.meta.url));

/** Makes a folder with a `curl` in it, for the end of a PATH: a machine need not have one. */
export function makeCurlFolder(parent: string): string {
  const folder = join(parent, 'curl');
  mkdirSync(folder);
  const program = join(folder, 'curl');
  writeFileSync(program, `#!/bin/sh\nexec '${tool('node')}' '${PROGRAM}' "$@"\n`);
  chmodSync(program, 0o755);
  return folder;
}

/** Whether the machine has a curl that knows what the documents use. */
export function machineHasCurl(): boolean {
  return spawnSync('curl', ['--help', 'all'], { encoding: 'utf8' }).stdout?.includes('--json') ?? false;
}
