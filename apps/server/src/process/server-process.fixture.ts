import { startLimitedProgram, startProgram } from '@iron/test-program';
import { z } from 'zod';
import { type NetworkLimits, USUAL_LIMITS } from '../network/network-limits.ts';
import type { ServerProgramOptions } from './server-program.fixture.ts';

const PROGRAM = new URL('./server-program.fixture.ts', import.meta.url);

/** A server in a process of its own, until the end of the `await using` block. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** Resolves when it has ended, with its exit code; `null`: by a signal. */
  readonly ended: Promise<number | null>;
  signal(name: NodeJS.Signals): void;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** How many bytes it uses when what is garbage is gone. */
  memory(): Promise<number>;
  /** The ports of the clients that are connected to it. */
  clientPorts(): Promise<readonly number[]>;
}

export interface ServerProcessOptions extends Partial<NetworkLimits> {
  /** What a shell does before it becomes the server, such as `ulimit -n 200`. */
  readonly within?: string;
  /** Default: `error`, and the log is shown with what the test prints. */
  readonly logLevel?: 'error' | 'info';
}

/** Starts a server over a migrated database, named by its URL, and waits until it listens. */
export async function startServer(database: string, options: ServerProcessOptions = {}): Promise<ServerProcess> {
  const { within, logLevel = 'error', ...limits } = options;
  const asked: ServerProgramOptions = { database, logLevel, networkLimits: { ...USUAL_LIMITS, ...limits } };
  const words = [PROGRAM, JSON.stringify(asked)] as const;
  const program = within === undefined ? startProgram(...words) : startLimitedProgram(within, ...words);
  const url = await program.nextLine();
  if (url === undefined) throw new Error('The server ended before it listened.');
  const { pid, ended } = program;
  const kill = async () => await program.kill();
  return {
    url,
    pid,
    ended,
    signal: (name) => void process.kill(pid, name),
    kill,
    async memory() {
      program.say('memory');
      return Number(await program.nextLine());
    },
    async clientPorts() {
      program.say('clients');
      return z.array(z.int()).parse(JSON.parse((await program.nextLine()) ?? ''));
    },
    [Symbol.asyncDispose]: kill,
  };
}
