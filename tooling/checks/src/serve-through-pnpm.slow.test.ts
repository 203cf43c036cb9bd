import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { pnpmFolder } from './find-pnpm.ts';
import { WORKSPACE } from './workspace.ts';

const ENDED = '"msg":"ended"';

/** Starts the server as a person does in a terminal, in a group of processes of its own, and waits until it listens. */
async function serveThroughPnpm(database: string) {
  const child = spawn('pnpm', ['--filter', 'cli', 'iron', 'serve', '--port', '0', '--database', database], {
    cwd: WORKSPACE,
    env: {
      HOME: process.env['HOME'],
      PATH: [pnpmFolder(), process.env['PATH']].join(delimiter),
      pnpm_config_verify_deps_before_run: 'false',
    },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => (printed += piece));
  }
  const ended = once(child, 'close').then(() => printed);
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  while (!printed.includes('"listening"') && isRunning()) await Promise.race([once(child.stderr, 'data'), ended]);
  const { pid } = child;
  if (pid === undefined || !isRunning()) throw new Error(`The server did not start:\n${printed}`);
  const kill = () => isRunning() && process.kill(-pid, 'SIGKILL');
  return { pid, ended, [Symbol.dispose]: () => void kill() };
}

test.each([
  ['Ctrl-C, which a terminal sends to pnpm and to the server, and pnpm passes on', 'SIGINT', 'group'],
  ['SIGTERM to pnpm alone', 'SIGTERM', 'pnpm'],
  ['SIGTERM to both', 'SIGTERM', 'group'],
] as const)('a server that pnpm has started ends in peace by %s', async (_, signal, target) => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-serve-pnpm-'));
  using server = await serveThroughPnpm(join(folder.path, 'iron.db'));
  process.kill(target === 'group' ? -server.pid : server.pid, signal);
  expect(await server.ended).toContain(ENDED);
});
