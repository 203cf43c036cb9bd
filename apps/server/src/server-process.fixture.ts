import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposableSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./serve-program.fixture.ts', import.meta.url));
const LONGEST_START_MS = 30_000;

/** A server in a process of its own, at a free port of this machine. It is killed at the end of the block. */
export interface ServerProcess extends AsyncDisposable {
  /** `http://127.0.0.1:12345` */
  readonly url: string;
  readonly pid: number;
  /** The file of its database. */
  readonly database: string;
  /** What it has printed, and what it has logged: a line of JSON each. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Resolves when it has ended: with its exit code, or with the signal that ended it. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export interface ServerProcessOptions {
  /** The database file. Default: a new one with the development data, gone at the end of the block. */
  readonly database?: string;
  /** Variables beside those that say where it listens, on which database. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a server, and waits until it listens. @throws {Error} it ended instead; the message is what it printed */
export async function startServer({ database, env = {} }: ServerProcessOptions = {}): Promise<ServerProcess> {
  using opened = new DisposableStack();
  const folder = realpathSync(opened.use(mkdtempDisposableSync(join(tmpdir(), 'iron-serving-'))).path);
  const path = database ?? join(folder, 'served.db');
  const child = spawn(process.execPath, [PROGRAM], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: `sqlite://${path}?mode=rwc`,
      SERVER_PORT: '0',
      ...(database === undefined && { DEVELOPMENT_AUTO_SEED: 'true' }),
      ...env,
    },
  });
  opened.defer(() => void child.kill('SIGKILL'));
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode }));
  const url = await firstLine(child, stdout, ended);
  if (url === undefined) throw new Error(`The server did not start: ${stderr()}`);
  const all = opened.move();
  return {
    url,
    pid: child.pid ?? 0,
    database: path,
    stdout,
    stderr,
    signal: (name) => void child.kill(name),
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
      all.dispose();
    },
  };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  return () => text;
}

async function firstLine(
  child: ChildProcess,
  stdout: () => string,
  ended: Promise<unknown>,
): Promise<string | undefined> {
  const giveUpAt = performance.now() + LONGEST_START_MS;
  while (!stdout().includes('\n') && child.exitCode === null && performance.now() < giveUpAt) {
    await Promise.race([ended, sleep(10)]);
  }
  return stdout().includes('\n') ? stdout().split('\n')[0] : undefined;
}
