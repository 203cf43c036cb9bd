import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const LAUNCHER = fileURLToPath(new URL('iron.js', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iron-launcher-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A package as npm would install it, whose program prints its arguments, and the launcher in it. */
function installedLauncher(): string {
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'dist/main.js'), 'console.log(`built: ${process.argv.slice(2)}`);');
  copyFileSync(LAUNCHER, join(folder, 'bin/iron.js'));
  return join(folder, 'bin/iron.js');
}

/** Node with another version number, set before the launcher runs. */
function pretendVersion(version: string): string {
  const code = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
  return `--import=data:text/javascript,${encodeURIComponent(code)}`;
}

function run(...words: string[]) {
  const env = { ...process.env, NODE_COMPILE_CACHE: undefined };
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', env });
  return { status, stdout, stderr };
}

describe('the iron launcher', () => {
  test('says which Node.js is needed and where to get it instead of crashing an old one', () => {
    expect(run(pretendVersion('20.20.2'), installedLauncher(), 'db', 'status')).toEqual({
      status: 1,
      stdout: '',
      stderr:
        `iron needs Node.js 24 or newer; this is Node.js 20.20.2 (${process.execPath}).\n` +
        'Get it from https://nodejs.org or with a version manager, for example: nvm install 24\n',
    });
  });

  test('points to pnpm in the workspace, which has the right Node.js', () => {
    const { status, stderr } = run(pretendVersion('18.20.8'), LAUNCHER, 'db', 'status');

    expect(status).toBe(1);
    expect(stderr).toContain('pnpm --filter cli iron');
  });

  test('starts the built program with the words it was given', () => {
    expect(run(installedLauncher(), 'db', 'status', '--json')).toEqual({
      status: 0,
      stdout: 'built: db,status,--json\n',
      stderr: '',
    });
  });

  test('prefers the source in the workspace, so that an old build never answers for new code', () => {
    const launcher = installedLauncher();
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src/main.ts'), 'console.log("source" satisfies string);');

    expect(run(launcher).stdout).toBe('source\n');
  });

  test('keeps what it has compiled of the source, in its own package, and of what is built nothing', () => {
    const compiled = join(folder, 'node_modules/.cache/compiled');
    const launcher = installedLauncher();
    run(launcher);
    expect(existsSync(compiled)).toBe(false);

    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src/main.ts'), 'console.log("source" satisfies string);');
    run(launcher);
    expect(readdirSync(compiled, { recursive: true, withFileTypes: true }).some((entry) => entry.isFile())).toBe(true);
  });
});
