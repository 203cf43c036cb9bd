import { type Program, startProgram } from '@iron/test-program';
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
}

/** Starts a server over a migrated database, and waits until it listens. */
export async function startServer(path: string, limits: Partial<NetworkLimits> = {}): Promise<ServerProcess> {
  const options: ServerProgramOptions = { path, networkLimits: { ...USUAL_LIMITS, ...limits } };
  const program: Program = startProgram(PROGRAM, JSON.stringify(options));
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
    [Symbol.asyncDispose]: kill,
  };
}
