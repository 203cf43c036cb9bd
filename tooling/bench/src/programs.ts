import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const IRON = fileURLToPath(new URL('../../../apps/cli/bin/iron.js', import.meta.url));
const LIBRARY = fileURLToPath(new URL('./library-program.ts', import.meta.url));
const BARE = ['-e', 'console.log("ready"); setInterval(() => {}, 1e6)'];

/** Nothing of our own settings, and no cache of what Node.js has compiled. */
const ENVIRONMENT = { PATH: process.env['PATH'], NODE_DISABLE_COMPILE_CACHE: '1' };

/** A process that stays. */
export interface Running extends AsyncDisposable {
  readonly pid: number;
  /** The first thing that it printed. */
  readonly firstLine: string;
}

/** Node.js with nothing to do. */
export async function startBareNode(): Promise<Running> {
  return await startProcess(BARE);
}

/** A program with every service open on that database. */
export async function startLibrary(database: string): Promise<Running> {
  return await startProcess([LIBRARY, database]);
}

/** `iron serve`, as soon as it says where it listens. */
export async function startServe(database: string): Promise<Running & { readonly url: string }> {
  const running = await startProcess([IRON, 'serve', '--port', '0', '--database', database]);
  const [url = ''] = /http:\/\/\S+/.exec(running.firstLine) ?? [];
  return { ...running, url };
}

/** Runs `node -e 0`, or `iron` with these words, to its end. */
export async function runToEnd(words: readonly string[] | null): Promise<void> {
  await promisify(execFile)(process.execPath, words ? [IRON, ...words] : ['-e', '0'], { env: ENVIRONMENT });
}

async function startProcess(words: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, words, { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'ignore'] }); // no log
  const ended = once(child, 'exit');
  const end = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const firstLine = await firstLineOf(child, ended);
  const { pid } = child;
  if (pid === undefined || firstLine === undefined) throw new Error(`It has ended: node ${words.join(' ')}`);
  return { pid, firstLine, [Symbol.asyncDispose]: end };
}

async function firstLineOf({ stdout }: ChildProcess, ended: Promise<unknown>): Promise<string | undefined> {
  if (!stdout) return undefined;
  const line = once(createInterface(stdout), 'line').then(([text]) => String(text));
  return await Promise.race([line, ended.then(() => undefined)]);
}
