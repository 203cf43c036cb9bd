import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { IRON, openTerminal, type Terminal } from '../iron-process.fixture.ts';

/** util-linux's `script` gives a program a terminal; macOS has another program of that name. */
const hasTerminal = process.platform === 'linux' && existsSync('/usr/bin/script');

/** Runs `iron` at a terminal of its own, and types each answer once its question stands there. */
async function type(
  { folder }: Terminal,
  words: string,
  answers: readonly (readonly [question: string, keys: string])[],
) {
  const command = `'${process.execPath}' '${IRON}' ${words}`;
  const env = { PATH: process.env['PATH'], TERM: 'dumb' };
  const child = spawn('/usr/bin/script', ['-qec', command, '/dev/null'], { cwd: folder, env });
  let [screen, answered] = ['', 0];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    const [question, keys] = answers[answered] ?? ['', ''];
    if (question === '' || !screen.includes(question)) return;
    answered += 1;
    child.stdin.write(keys);
  });
  await once(child, 'close');
  return { exitCode: child.exitCode, screen };
}

describe.skipIf(!hasTerminal)('at a terminal', () => {
  test('Ctrl-C at a question ends with 130 and changes nothing; yes does it', async () => {
    using terminal = openTerminal();
    await terminal.here('db', 'reset-seed');

    const interrupted = await type(terminal, 'tokens revoke 1', [['[y/N]', '\u0003']]);
    expect(interrupted.exitCode).toBe(130);
    expect(interrupted.screen).toContain('Revoke token 1? It will never work again. [y/N] ');
    expect(interrupted.screen).toContain('Interrupted: nothing was changed.');
    expect(await terminal.json('tokens', 'show', '1')).toMatchObject({ state: 'active' });

    expect(await type(terminal, 'tokens revoke 1', [['[y/N]', 'y\r']])).toMatchObject({ exitCode: 0 });
    expect(await terminal.json('tokens', 'show', '1')).toMatchObject({ state: 'revoked' });
  });

  test('a secret that is typed is not on the screen', async () => {
    using terminal = openTerminal();
    await terminal.here('db', 'reset-seed');
    const answers = [
      ['Password: ', 'correct horse battery\r'],
      ['once more: ', 'correct horse battery\r'],
    ] as const;

    const { exitCode, screen } = await type(terminal, 'users create ada --password-stdin', answers);
    expect(exitCode).toBe(0);
    expect(screen).toContain('Password once more: ');
    expect(screen).toMatch(/Password +set/);
    expect(screen).not.toContain('horse');
  });
});
