import { type Planted, withDependency, withWorkspaceDependency } from './plant-violation.ts';
import { type Outcome, runProgram, tool } from './run-program.ts';

export interface Violation {
  /** Completes "refuses …". */
  readonly what: string;
  readonly files: Readonly<Record<string, Planted>>;
  readonly says: string;
  /** What the tool names as broken: the first of the files, unless it is something else. */
  readonly names?: string;
}

interface Check {
  readonly name: string;
  /**
   * Runs it as the scripts of package.json do; oxlint on the planted files alone, to be done sooner. Where nothing is
   * planted there are no `files`, and tsc and oxlint look at one package: the scripts themselves look at all.
   */
  readonly run: (workspace: string, files?: readonly string[]) => Outcome;
  /** It takes long and says each finding in a line: it runs once for all of them, each in a file that it names. */
  readonly together?: boolean;
  readonly violations: readonly Violation[];
}

const inDb = 'packages/db/src/planted.ts';
const inErrors = 'packages/errors/src/planted.ts';

const testOf = (body: string, imported = 'expect, test') => `import { ${imported} } from 'vitest';\n\n${body}\n`;
const NAMELESS_TYPE =
  "import Database from 'better-sqlite3';\n\nexport function planted() {\n  return new Database();\n}\n";
const lines = (count: number) => '  void 0;\n'.repeat(count);

/** A package that depends on one that it may not know. */
const arrow = (from: string, to: string): Violation => ({
  what: `${to} in ${from}`,
  files: { [`${from}/package.json`]: withWorkspaceDependency(to) },
  says: `Package \`${to}\` found with`, // a tag of the denylist, or without any of the allowlist
  names: to,
});

/** Every rule of the workspace that a tool enforces, broken once. */
export const CHECKS: readonly Check[] = [
  {
    name: 'tsc',
    run: (workspace, files) => runProgram(tool('tsc'), files ? [] : ['-p', 'packages/errors'], workspace),
    together: true,
    violations: [
      {
        what: 'an import past the exports of a package',
        files: {
          'packages/db/src/planted-past-exports.ts': "export { isIronError } from '@iron/errors/src/iron-error.ts';\n",
        },
        says: 'TS2307',
      },
      {
        what: 'an item that may be missing used as if it were there',
        files: {
          'packages/db/src/planted-missing-item.ts': 'export const first = (words: string[]): string => words[0];\n',
        },
        says: 'TS2322',
      },
      {
        what: 'a type that no user of the packed package could name',
        files: { 'packages/db/src/planted-nameless-type.ts': NAMELESS_TYPE },
        says: 'TS4058',
      },
      {
        what: 'syntax that Node.js cannot strip',
        files: { 'packages/db/src/planted-enum.ts': 'export enum Planted {\n  One,\n}\n' },
        says: 'TS1294',
      },
    ],
  },
  {
    name: 'turbo boundaries',
    run: (workspace) => runProgram(tool('turbo'), ['boundaries'], workspace),
    violations: [
      {
        what: 'a path that leads into another package',
        files: { [inDb]: "export { isIronError } from '../../errors/src/index.ts';\n" },
        says: 'leaves the package',
      },
      {
        what: 'a package that is not declared',
        files: { [inErrors]: "export { z } from 'zod';\n" },
        says: 'cannot import package `zod`',
      },
      arrow('packages/db', '@iron/limits'),
      arrow('packages/db', '@iron/testkit'),
      arrow('packages/tokens', '@iron/testkit'),
      arrow('packages/usage', '@iron/admission'),
      arrow('packages/limits', '@iron/usage'),
      arrow('packages/admission', '@iron/testkit'),
      arrow('packages/admission', '@iron/server'),
      arrow('packages/testkit', '@iron/server'),
      arrow('packages/testkit', '@iron/cli'),
      arrow('apps/server', '@iron/cli'),
      arrow('examples/gateway', '@iron/cli'),
      {
        what: 'another domain package, undeclared',
        files: { 'packages/limits/src/planted.ts': "export { TokenStorage } from '@iron/tokens';\n" },
        says: 'cannot import package `@iron/tokens`',
      },
    ],
  },
  {
    name: 'oxlint',
    run: (workspace, files = ['packages/errors']) => runProgram(tool('oxlint'), ['--format=unix', ...files], workspace),
    together: true,
    violations: [
      {
        what: 'the driver outside db',
        files: { 'apps/cli/src/planted-driver.ts': "export { default as Driver } from 'better-sqlite3';\n" },
        says: 'no-restricted-imports',
      },
      {
        what: 'the driver outside db, in a domain package',
        files: {
          'packages/limits/src/planted-driver-in-domain.ts': "export { default as Driver } from 'better-sqlite3';\n",
        },
        says: 'no-restricted-imports',
      },
      {
        what: 'the driver outside db, in a test',
        files: { 'apps/cli/src/planted-driver.test.ts': "import 'better-sqlite3';\n" },
        says: 'no-restricted-imports',
      },
      {
        what: 'the SQLite inside Node.js',
        files: { 'packages/db/src/planted-node-sqlite.ts': "export { DatabaseSync } from 'node:sqlite';\n" },
        says: 'no-restricted-imports',
      },
      {
        what: 'testkit in production code',
        files: { 'apps/cli/src/planted-testkit.ts': "export { createTestDb } from '@iron/testkit';\n" },
        says: 'no-restricted-imports',
      },
      {
        what: 'what starts the programs of tests, in production code',
        files: { 'apps/cli/src/planted-test-program.ts': "export { startProgram } from '@iron/test-program';\n" },
        says: 'no-restricted-imports',
      },
      {
        what: 'testkit in the tests of db',
        files: { 'packages/db/src/planted-testkit.test.ts': "import '@iron/testkit';\n" },
        says: 'no-restricted-imports',
      },
      {
        what: 'files that import each other',
        files: {
          'packages/db/src/planted-cycle.ts':
            "import { other } from './planted-other.ts';\n\nexport const planted = (): string => other();\n",
          'packages/db/src/planted-other.ts':
            "import { planted } from './planted-cycle.ts';\n\nexport const other = (): string => planted();\n",
        },
        says: 'no-cycle',
      },
      {
        what: 'a promise nobody waits for',
        files: {
          'packages/db/src/planted-promise.ts': 'export function planted(): void {\n  Promise.resolve(1);\n}\n',
        },
        says: 'no-floating-promises',
      },
      {
        what: 'any',
        files: { 'packages/db/src/planted-any.ts': 'export const planted = (value: any): unknown => value;\n' },
        says: 'no-explicit-any',
      },
      {
        what: 'a value of type any that slips in',
        files: { 'packages/db/src/planted-unsafe.ts': "export const planted: string = JSON.parse('1');\n" },
        says: 'no-unsafe-assignment',
      },
      {
        what: 'a switch that forgets a case',
        files: {
          'packages/db/src/planted-switch.ts':
            "export function planted(side: 'left' | 'right'): void {\n  switch (side) {\n    case 'left':\n      break;\n  }\n}\n",
        },
        says: 'switch-exhaustiveness-check',
      },
      {
        what: 'a default export',
        files: { 'packages/db/src/planted-default.ts': 'export default 1;\n' },
        says: 'no-default-export',
      },
      {
        what: 'printing from a library',
        files: { 'packages/db/src/planted-console.ts': "console.log('planted');\n" },
        says: 'no-console',
      },
      {
        what: 'process.exit, which loses output',
        files: { 'apps/cli/src/planted-exit.ts': 'process.exit(1);\n' },
        says: 'no-process-exit',
      },
      {
        what: 'a file of more than 300 lines',
        files: { 'packages/db/src/planted-long-file.ts': '// planted\n'.repeat(301) },
        says: 'max-lines',
      },
      {
        what: 'a function of more than 60 lines',
        files: { 'packages/db/src/planted-long-function.ts': `export function planted(): void {\n${lines(60)}}\n` },
        says: 'max-lines-per-function',
      },
      {
        what: 'a focused test',
        files: {
          'packages/errors/src/planted-focused.test.ts': testOf(
            "test.only('planted', () => {\n  expect(1).toBe(1);\n});",
          ),
        },
        says: 'no-focused-tests',
      },
      {
        what: 'a disabled test',
        files: {
          'packages/errors/src/planted-disabled.test.ts': testOf(
            "test.skip('planted', () => {\n  expect(1).toBe(1);\n});",
          ),
        },
        says: 'no-disabled-tests',
      },
      {
        what: 'a test that expects nothing',
        files: { 'packages/errors/src/planted-expectless.test.ts': testOf("test('planted', () => {});", 'test') },
        says: 'expect-expect',
      },
      {
        what: 'a mock',
        files: { 'packages/errors/src/planted-mock.test.ts': testOf("vi.mock('./index.ts');", 'vi') },
        says: 'no-restricted-vi-methods',
      },
    ],
  },
  {
    name: 'oxfmt',
    run: (workspace) => runProgram(tool('oxfmt'), ['--check'], workspace),
    violations: [
      {
        what: 'a file that is not formatted',
        files: { [inDb]: 'export const planted = "1"\n' },
        says: 'Format issues found',
      },
    ],
  },
  {
    name: 'knip',
    run: (workspace) => runProgram(tool('knip'), [], workspace),
    violations: [
      { what: 'a file that nobody imports', files: { [inDb]: 'export const planted = 1;\n' }, says: 'Unused files' },
      {
        what: 'an export that nobody imports',
        files: { 'packages/errors/src/iron-error.ts': (before) => `${before}export const planted = 1;\n` },
        says: 'Unused exports',
      },
      {
        what: 'a dependency that nobody imports',
        files: { 'packages/errors/package.json': withDependency('zod', 'catalog:') },
        says: 'Unused dependencies',
        names: 'packages/errors/package.json',
      },
    ],
  },
  {
    name: 'sherif',
    run: (workspace) => runProgram(tool('sherif'), [], workspace),
    violations: [
      {
        what: 'two versions of one dependency',
        files: { 'packages/errors/package.json': withDependency('cac', '7.0.0') },
        says: 'multiple-dependency-versions',
        names: 'cac',
      },
    ],
  },
];
