import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { textMatching } from './matchers.fixture.ts';
import { IRON, openTerminal } from './iron-process.fixture.ts';

const PACKAGE = dirname(dirname(IRON));

describe('iron as a process', () => {
  test('an unknown word ends with 2 and a suggestion on stderr, and nothing on stdout', () => {
    using terminal = openTerminal();

    const suggested = terminal.iron('db', 'stauts');
    const node = suggested.stderr.includes(process.execPath) ? process.execPath : 'node'; // as the PATH has it
    expect(suggested).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `Error: "iron db" has no command "stauts".\nDid you mean \`${node} ${IRON} db status\`?\n`,
    });
    expect(terminal.iron('db', 'prune', '--keep', '1e3')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'Error: --keep: must be a whole number, at least 1, not "1e3".\n',
    });
  });

  test('help and version go to stdout', () => {
    using terminal = openTerminal();
    const help = terminal.iron('db', 'restore', '--help');

    expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    expect(help.stdout).toContain('Examples:\n  iron db restore --last\n');
    expect(terminal.iron('--version')).toEqual({
      exitCode: 0,
      stdout: textMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    });
  });

  test('a stack trace comes with --verbose, or with debug = true in the configuration', () => {
    using terminal = openTerminal();
    const words = ['db', 'status', 'missing.db'];

    expect(terminal.iron(...words).stderr).not.toContain('    at ');
    expect(terminal.iron(...words, '--verbose').stderr).toMatch(/^Error: .*\n.*\nDatabaseMissingError: .*\n {4}at /);
    expect(terminal.ironWith({ DEVELOPMENT_DEBUG: 'true' }, ...words).stderr).toContain('    at ');
  });

  test('007 is a file named 007', () => {
    using terminal = openTerminal();

    expect(terminal.iron('db', 'migrate', '007').stdout).toContain(`Database       ${terminal.folder}/007\n`);
    expect(existsSync(join(terminal.folder, '007'))).toBe(true);
  });
});

function plan(cwd: string, env: NodeJS.ProcessEnv): string {
  return spawnSync(process.execPath, [IRON, 'db', 'migrate', './x.db', '--dry-run'], { cwd, env, encoding: 'utf8' })
    .stdout;
}

describe('where relative paths start', () => {
  test('run by pnpm in the folder of the package, they start where the person is', () => {
    using terminal = openTerminal();
    expect(plan(PACKAGE, { INIT_CWD: terminal.folder })).toContain(`Database       ${terminal.folder}/x.db\n`);
    expect(plan(terminal.folder, { INIT_CWD: '/' })).toContain(`Database       ${terminal.folder}/x.db\n`);
  });

  test('a relative DB_PATH too', () => {
    using terminal = openTerminal();
    const { stdout } = terminal.ironWith({ DB_PATH: './y z.db' }, 'db', 'migrate', '--dry-run');

    expect(stdout).toContain(`Database       ${terminal.folder}/y z.db\n`);
  });
});

describe('output', () => {
  test('a reader that stops reading is no failure, and nothing is said about it', () => {
    using terminal = openTerminal();
    const piped = terminal.shell(`{ '${process.execPath}' '${IRON}' db --help; echo "exit code $?" >&2; } | true`);

    expect(piped.stderr).toBe('exit code 0\n');
  });

  test.skipIf(!existsSync('/dev/full'))('output that could not be written is a failure, and not a silent one', () => {
    using terminal = openTerminal();

    expect(terminal.shell(`'${process.execPath}' '${IRON}' db --help > /dev/full`)).toMatchObject({
      exitCode: 1,
      stderr: 'Error: Not all was printed: ENOSPC: no space left on device, write.\n',
    });
  });

  /** util-linux's `script` gives a program a terminal; macOS has another program of that name. */
  const hasTerminal = process.platform === 'linux' && existsSync('/usr/bin/script');

  test.skipIf(!hasTerminal)('on a terminal it has colours, unless NO_COLOR is set', () => {
    using terminal = openTerminal();
    const onTerminal = (env: string) =>
      terminal.shell(
        `TERM=xterm-256color ${env} script -qec "'${process.execPath}' '${IRON}' db migrate --dry-run" /dev/null`,
      );

    expect(onTerminal('').stdout).toContain('\u001b[2mDatabase');
    expect(onTerminal('NO_COLOR=1').stdout).not.toContain('\u001b[');
    expect(terminal.ironWith({ FORCE_COLOR: '1' }, 'db', 'migrate', '--dry-run').stdout).not.toContain('\u001b[');
  });
});
