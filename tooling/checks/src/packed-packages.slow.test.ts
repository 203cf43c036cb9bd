import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { DATABASE_PROGRAM, SERVER_PROGRAM, SERVICES_PROGRAM, TESTKIT_PROGRAM } from './consumer-programs.ts';
import { PACKAGE_MANAGER } from './package-manager.ts';
import { type Outcome, runProgram, tool } from './run-program.ts';
import { copyWorkspace, temporaryFolder, WORKSPACE } from './workspace.ts';

/** In the order of their arrows: each is built against the types of those before it. */
const PACKAGES = [
  'packages/errors',
  'packages/calendar',
  'packages/test-clones',
  'packages/db',
  'packages/tokens',
  'packages/usage',
  'packages/limits',
  'packages/admission',
  'packages/testkit',
  'apps/server',
  'apps/cli',
];
const INSTALL_FROM_REGISTRY_MS = 300_000;

/** An empty project outside the workspace, with the packed packages in it. */
const project = temporaryFolder('consumer');
afterAll(() => project[Symbol.dispose]());

const run = (program: string, ...words: string[]): Outcome => runProgram(program, words, project.path);
const iron = (...words: string[]): Outcome => run('npx', '--no-install', 'iron', ...words);
const installed = (name: string): string => join(project.path, 'node_modules', name);
const write = (name: string, text: string): void => writeFileSync(join(project.path, name), text);

function packAll(destination: string): void {
  using workspace = copyWorkspace();
  for (const name of PACKAGES) {
    const words = ['-y', PACKAGE_MANAGER, 'pack', '--pack-destination', destination];
    const { status, output } = runProgram('npx', words, join(workspace.path, name));
    if (status !== 0) throw new Error(`${name} cannot be packed:\n${output}`);
  }
}

beforeAll(() => {
  using tarballs = temporaryFolder('tarballs');
  packAll(tarballs.path);
  write('package.json', JSON.stringify({ private: true, type: 'module' }));
  const packed = readdirSync(tarballs.path).map((name) => join(tarballs.path, name));
  const { status, output } = run('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', ...packed);
  if (status !== 0) throw new Error(`The packed packages cannot be installed:\n${output}`);
}, INSTALL_FROM_REGISTRY_MS);

describe('the packed packages, in an empty project', () => {
  test('hold JavaScript, types, a licence and a read-me, and nothing else of the workspace', () => {
    for (const name of PACKAGES) {
      const files = readdirSync(installed(`@iron/${basename(name)}`), { recursive: true, encoding: 'utf8' });
      expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
      expect(files.filter((file) => /\.(test|fixture)\.|(?<!\.d)\.ts$|tsconfig/.test(file))).toEqual([]);
    }
  });

  test('carry the migrations', () => {
    expect(sqlIn(installed('@iron/db/dist/sql'))).toEqual(sqlIn(join(WORKSPACE, 'migrations')));
    expect(sqlIn(installed('@iron/db/dist/sql/postgres'))).toEqual(sqlIn(join(WORKSPACE, 'migrations/postgres')));
  });

  test('open, migrate and seed a database, and share one error base', () => {
    write('database.ts', DATABASE_PROGRAM);

    const applied = sqlIn(installed('@iron/db/dist/sql'));
    const users = ['admin', 'project_manager', 'viewer'];
    expect(run(process.execPath, 'database.ts')).toEqual({
      status: 0,
      output: `${JSON.stringify({ applied, users, refused: 'database.invalid_url' })}\n`,
    });
  });

  test('issue a token, let a call through within its limit, settle it and report what it used', () => {
    write('services.ts', SERVICES_PROGRAM);

    const used = [['alice', 70]];
    expect(run(process.execPath, 'services.ts')).toEqual({
      status: 0,
      output: `${JSON.stringify({ refused: 'limit.exceeded', costNanos: 250_000, used })}\n`,
    });
  });

  test('serve the API over HTTP, with its document and the pages that show it', () => {
    write('server.ts', SERVER_PROGRAM);

    const paths = ['/api/tokens/usage', '/openapi.json', '/docs', '/docs/swagger-ui-bundle.js', '/docs/swagger-ui.css'];
    expect(run(process.execPath, 'server.ts', ...paths)).toEqual({
      status: 0,
      output: `${JSON.stringify(paths.map((path) => [path, 200]))}\n`,
    });
  });

  test('give tests a database and services of their own', () => {
    write('testkit.ts', TESTKIT_PROGRAM);

    expect(run(process.execPath, 'testkit.ts')).toEqual({ status: 0, output: '{"tokens":3,"limits":3}\n' });
  });

  test('type-check, with every type of ours found', () => {
    write('database.ts', DATABASE_PROGRAM);
    write('services.ts', SERVICES_PROGRAM);
    write('server.ts', SERVER_PROGRAM);
    write('testkit.ts', TESTKIT_PROGRAM);
    write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          target: 'esnext',
          module: 'nodenext',
          strict: true,
          noEmit: true,
          types: ['node'],
        },
        files: ['database.ts', 'services.ts', 'server.ts', 'testkit.ts'],
      }),
    );

    const complaints = run(tool('tsc')).output.split('\n');

    expect(complaints.filter((line) => /^(database|services|server|testkit|node_modules\/@iron\/)/.test(line))).toEqual(
      [],
    );
  });

  test('bring the iron command', () => {
    expect(iron('db', 'reset-seed')).toMatchObject({ status: 0 });
    expect(iron('db', 'verify')).toMatchObject({ status: 0 });
    expect(iron('tokens', 'list').output).toMatch(/user_admin +project_alpha/);
    expect(iron('serve', '--help')).toMatchObject({ status: 0 });
  });
});

function sqlIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .toSorted();
}
