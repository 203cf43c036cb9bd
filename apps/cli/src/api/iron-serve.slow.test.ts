import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { IRON, openTerminal } from '../iron-process.fixture.ts';
import { textMatching } from '../matchers.fixture.ts';

test('commands ask a server that `iron serve` has started, and say what they say of the database', async () => {
  using terminal = openTerminal();
  await terminal.here('db', 'reset-seed');
  const server = spawn(process.execPath, [IRON, 'serve', '--port', '0'], {
    cwd: terminal.folder,
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void server.kill('SIGKILL'));
  const ended = once(server, 'exit');
  const { promise: said, resolve: say } = Promise.withResolvers<string>();
  server.stdout
    .setEncoding('utf8')
    .once('data', say)
    .once('end', () => say(''));
  const [url = ''] = /http:\S+/.exec(await said) ?? [];
  const env = { IRON_SERVER: url, IRON_TOKEN: 'iron_dev_admin_token_001' };

  for (const words of [
    ['tokens', 'list'],
    ['users', 'list', '--json'],
    ['keys', 'list'],
    ['audit', 'verify'],
  ]) {
    const there = await terminal.hereWith({ env }, ...words);
    expect(there).toMatchObject({ exitCode: 0, stdout: textMatching(/./), stderr: '' });
    expect(there).toEqual(await terminal.here(...words));
  }
  const made = await terminal.hereWith({ env }, 'tokens', 'create', '--user', 'ada', '--quiet');
  expect(made).toEqual({ exitCode: 0, stdout: textMatching(/^iron_dev_\w{49}\n$/), stderr: '' });
  expect((await terminal.here('tokens', 'show', '4')).stdout).toContain('User           ada\n');

  server.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
