import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { IRON } from './iron-process.fixture.ts';

/** A server in a process of its own, until the end of the `await using` block. */
export interface ServeProcess extends AsyncDisposable {
  /** Where it says that it listens. */
  readonly url: string;
  /** What it has printed, and what it has logged: a line of JSON each. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Resolves when it has ended: with its exit code, or with the signal that ended it. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

const LONGEST_START_MS = 60_000;

/**
 * Types `iron serve` and these words, `--port 0` where they name none, and waits until it says where it listens.
 *
 * @throws {Error} it ended instead, with what it printed
 */
export async function startServing(folder: string, ...words: readonly string[]): Promise<ServeProcess> {
  const port = words.includes('--port') ? [] : ['--port', '0'];
  const child = spawn(process.execPath, [IRON, 'serve', ...port, ...words], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
  });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode }));
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const giveUpAt = performance.now() + LONGEST_START_MS;
  const urlIn = () => /http:\/\/[^\s"]+/.exec(stdout())?.[0];
  while (!urlIn() && child.exitCode === null && performance.now() < giveUpAt) await Promise.race([ended, sleep(10)]);
  const url = urlIn();
  if (url === undefined) {
    await kill();
    throw new Error(`It did not listen: ${stdout()}${stderr()}`);
  }
  return { url, stdout, stderr, signal: (name) => void child.kill(name), ended, [Symbol.asyncDispose]: kill };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  return () => text;
}
