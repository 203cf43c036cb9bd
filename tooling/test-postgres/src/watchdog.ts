import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

/** What ends a server when the process that uses it is gone, also when that was killed. */
export interface Watchdog {
  readonly pid: number | undefined;
  /** Ends it, and with it the server. */
  end(): Promise<void>;
}

/** Starts it in a session of its own, so that what ends the tests at a terminal does not end it with them. */
export function startWatchdog(directory: string): Watchdog {
  const program = fileURLToPath(new URL('watchdog-program.ts', import.meta.url));
  const child = spawn(process.execPath, [program, directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
    env: {},
  });
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  const ended = once(child, 'exit');
  return {
    pid: child.pid,
    async end() {
      child.ref();
      child.stdin.end();
      await ended;
    },
  };
}
