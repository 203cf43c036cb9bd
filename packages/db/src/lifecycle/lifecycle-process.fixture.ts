import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startProgram } from '@iron/test-program';
import type { LifecycleCommand } from './lifecycle-program.fixture.ts';

/** A program that runs a {@link LifecycleCommand} on the path that it reads from its input. */
const LIFECYCLE_PROGRAM = new URL('./lifecycle-program.fixture.ts', import.meta.url);

/** A process that has loaded all that a command needs, and waits for the path to run it on. */
export interface LoadedCommand extends Disposable {
  /** Resolves when it is about to run the command. */
  readonly begin: (path: string) => Promise<void>;
  /** Resolves with what it printed when the command is done, or with `undefined` when it was killed before. */
  readonly done: Promise<string | undefined>;
}

export function loadCommand(command: LifecycleCommand, ...flags: readonly string[]): LoadedCommand {
  const program = startProgram(LIFECYCLE_PROGRAM, command, ...flags);
  const ready = program.nextLine();
  return {
    async begin(path) {
      await ready;
      program.say(path);
    },
    done: ready.then(async () => await program.nextLine()),
    [Symbol.dispose]: () => void program.kill(),
  };
}

/**
 * Runs a command in a process that cannot write a file beyond `bytes`: to a program this looks like a full disk.
 *
 * @returns what it printed: `done`, or the code and the message of its error
 */
export function runWithFileLimit(bytes: number, command: LifecycleCommand, path: string): string[] {
  const script = `trap '' XFSZ; ulimit -f ${Math.floor(bytes / 512)}; exec "$0" "$@"`;
  return run(['sh', '-c', script], command, path);
}

/** The same in a process that the system tells nothing about others. */
export function runUnseeing(command: LifecycleCommand, path: string): string[] {
  return run(['unshare', '--user', '--map-root-user', '--pid', '--fork', '--mount-proc'], command, path);
}

/** The same in a process of a user without any rights beyond those of everybody. */
export function runAsNobody(command: LifecycleCommand, path: string): string[] {
  return run([], command, path, ['as-nobody']);
}

function run(
  within: readonly string[],
  command: LifecycleCommand,
  path: string,
  flags: readonly string[] = [],
): string[] {
  const [program = '', ...words] = [...within, process.execPath, fileURLToPath(LIFECYCLE_PROGRAM), command, ...flags];
  const [, ...printed] = execFileSync(program, words, { encoding: 'utf8', input: `${path}\n` })
    .trimEnd()
    .split('\n');
  return printed;
}
