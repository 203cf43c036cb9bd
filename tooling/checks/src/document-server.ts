import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Where the documents say that the server is. */
const DOCUMENTED = /(?<=\b(?:localhost|127\.0\.0\.1):)3000\b/g;
const LISTENING = /http:\/\/127\.0\.0\.1:(\d+).*\n/;

/** A server that a document has started. It listens at any free port, and the document goes on saying 3000. */
export interface DocumentServer {
  /** What it printed until it listened. */
  readonly greeting: string;
  /** Commands of the document with the port that there is. */
  addressOf(commands: string): string;
  /** What was printed with the port of the document. */
  shownAs(printed: string): string;
  stop(): Promise<void>;
}

interface Place {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Starts `pnpm … iron serve`, the last of the commands, and waits until it listens. Throws where it ends before. */
export async function startServer(commands: string, { cwd, env }: Place): Promise<DocumentServer> {
  const child = spawn('sh', ['-euc', `exec 2>&1\n${commands} --port 0`], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { greeting, port } = await waitUntilListening(child);
  child.stdout.resume(); // what it prints later would else fill the pipe, and stop it
  return {
    greeting,
    addressOf: (documented) => documented.replaceAll(DOCUMENTED, port),
    shownAs: (printed) =>
      printed.replaceAll(new RegExp(String.raw`(?<=\b(?:localhost|127\.0\.0\.1):)${port}\b`, 'g'), '3000'),
    stop: async () => await stop(child),
  };
}

async function waitUntilListening(
  child: ChildProcess & { stdout: NodeJS.ReadableStream },
): Promise<{ greeting: string; port: string }> {
  let greeting = '';
  child.stdout.setEncoding('utf8');
  for await (const piece of child.stdout.iterator({ destroyOnReturn: false })) {
    greeting += String(piece);
    const [, port] = LISTENING.exec(greeting) ?? [];
    if (port !== undefined) return { greeting, port };
  }
  throw new Error(`The server ended before it listened:\n${greeting}`);
}

/** pnpm and the server that it started are one group of processes. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const closed = once(child, 'close'); // not before the last of the group has ended
  process.kill(-child.pid, 'SIGTERM');
  await closed;
}
