import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LifecycleCommand } from './lifecycle-program.fixture.ts';

const PROGRAM = fileURLToPath(new URL('./lifecycle-program.fixture.ts', import.meta.url));

/** Starts a command in a process of its own; `started` on its output says that all modules are loaded. */
export function startCommand(command: LifecycleCommand, path: string): ChildProcess {
  return spawn(process.execPath, [PROGRAM, command, path], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/**
 * Runs a command in a process that cannot write a file beyond `bytes`: to a program this looks like a full disk.
 *
 * @returns what it printed: `started`, then `done`, or the code and the message of its error
 */
export function runWithFileLimit(bytes: number, command: LifecycleCommand, path: string): string[] {
  const script = `trap '' XFSZ; ulimit -f ${Math.floor(bytes / 512)}; exec "$0" "$@"`;
  return readLines(execFileSync('sh', ['-c', script, process.execPath, PROGRAM, command, path], { encoding: 'utf8' }));
}

/** The same in a process that the system tells nothing about others. */
export function runUnseeing(command: LifecycleCommand, path: string): string[] {
  const limits = ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc'];
  return readLines(
    execFileSync('unshare', [...limits, process.execPath, PROGRAM, command, path], { encoding: 'utf8' }),
  );
}

/** The same in a process of a user without any rights beyond those of everybody. */
export function runAsNobody(command: LifecycleCommand, path: string): string[] {
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  return readLines(execFileSync(process.execPath, [PROGRAM, command, path], { encoding: 'utf8', ...nobody }));
}

function readLines(output: string): string[] {
  return output.trimEnd().split('\n');
}
