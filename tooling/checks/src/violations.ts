import { type Planted, withDependency, withWorkspaceDependency } from './plant-violation.ts';
import { type Outcome, runProgram, tool } from './run-program.ts';

interface Violation {
  /** Completes "refuses …". */
  readonly what: string;
  readonly files: Readonly<Record<string, Planted>>;
  readonly says: string;
  /** What the tool names as broken: a planted file, unless it is something else. */
  readonly names?: string;
}

interface Check {
  readonly name: string;
  /** Runs it as the scripts of package.json do; oxlint on the planted files alone, to be done sooner. */
  readonly run: (workspace: string, files?: readonly string[]) => Outcome;
  readonly violations: readonly Violation[];
}

const inDb = 'packages/db/src/planted.ts';
const inCli = 'apps/cli/src/planted.ts';
const inErrors = 'packages/errors/src/planted.ts';
const inErrorsTest = 'packages/errors/src/planted.test.ts';

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
    run: (workspace) => runProgram(tool('tsc'), [], `${workspace}/packages/db`),
    violations: [
      {
        what: 'an import past the exports of a package',
        files: { [inDb]: "export { isIronError } from '@iron/errors/src/iron-error.ts';\n" },
        says: 'TS2307',
      },
      {
        what: 'an item that may be missing used as if it were there',
        files: { [inDb]: 'export const first = (words: string[]): string => words[0];\n' },
        says: 'TS2322',
      },
      {
        what: 'a type that no user of the packed package could name',
        files: { [inDb]: NAMELESS_TYPE },
        says: 'TS4058',
      },
      {
        what: 'syntax that Node.js cannot strip',
        files: { [inDb]: 'export enum Planted {\n  One,\n}\n' },
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
    run: (workspace, files = []) => runProgram(tool('oxlint'), files, workspace),
    violations: [
      {
        what: 'the driver outside db',
        files: { [inCli]: "export { default as Driver } from 'better-sqlite3';\n" },
        says: 'no-restricted-imports',
      },
      {
        what: 'the driver outside db, in a domain package',
        files: { 'packages/limits/src/planted.ts': "export { default as Driver } from 'better-sqlite3';\n" },
        says: 'no-restricted-imports',
      },
      {
        what: 'the driver outside db, in a test',
        files: { 'apps/cli/src/planted.test.ts': "import 'better-sqlite3';\n" },
        says: 'no-restricted-imports',
      },
      {
        what: 'the SQLite inside Node.js',
        files: { [inDb]: "export { DatabaseSync } from 'node:sqlite';\n" },
        says: 'no-restricted-imports',
      },
      {
        what: 'testkit in production code',
        files: { [inCli]: "export { createTestDb } from '@iron/testkit';\n" },
        says: 'no-restricted-imports',
      },
      {
        what: 'what starts the programs of tests, in production code',
        files: { [inCli]: "export { startProgram } from '@iron/test-program';\n" },
        says: 'no-restricted-imports',
      },
      {
        what: 'testkit in the tests of db',
        files: { 'packages/db/src/planted.test.ts': "import '@iron/testkit';\n" },
        says: 'no-restricted-imports',
      },
      {
        what: 'files that import each other',
        files: {
          [inDb]: "import { other } from './planted-other.ts';\n\nexport const planted = (): string => other();\n",
          'packages/db/src/planted-other.ts':
            "import { planted } from './planted.ts';\n\nexport const other = (): string => planted();\n",
        },
        says: 'no-cycle',
      },
      {
        what: 'a promise nobody waits for',
        files: { [inDb]: 'export function planted(): void {\n  Promise.resolve(1);\n}\n' },
        says: 'no-floating-promises',
      },
      {
        what: 'any',
        files: { [inDb]: 'export const planted = (value: any): unknown => value;\n' },
        says: 'no-explicit-any',
      },
      {
        what: 'a value of type any that slips in',
        files: { [inDb]: "export const planted: string = JSON.parse('1');\n" },
        says: 'no-unsafe-assignment',
      },
      {
        what: 'a switch that forgets a case',
        files: {
          [inDb]:
            "export function planted(side: 'left' | 'right'): void {\n  switch (side) {\n    case 'left':\n      break;\n  }\n}\n",
        },
        says: 'switch-exhaustiveness-check',
      },
      { what: 'a default export', files: { [inDb]: 'export default 1;\n' }, says: 'no-default-export' },
      { what: 'printing from a library', files: { [inDb]: "console.log('planted');\n" }, says: 'no-console' },
      { what: 'process.exit, which loses output', files: { [inCli]: 'process.exit(1);\n' }, says: 'no-process-exit' },
      { what: 'a file of more than 300 lines', files: { [inDb]: '// planted\n'.repeat(301) }, says: 'max-lines' },
      {
        what: 'a function of more than 60 lines',
        files: { [inDb]: `export function planted(): void {\n${lines(60)}}\n` },
        says: 'max-lines-per-function',
      },
      {
        what: 'a focused test',
        files: { [inErrorsTest]: testOf("test.only('planted', () => {\n  expect(1).toBe(1);\n});") },
        says: 'no-focused-tests',
      },
      {
        what: 'a disabled test',
        files: { [inErrorsTest]: testOf("test.skip('planted', () => {\n  expect(1).toBe(1);\n});") },
        says: 'no-disabled-tests',
      },
      {
        what: 'a test that expects nothing',
        files: { [inErrorsTest]: testOf("test('planted', () => {});", 'test') },
        says: 'expect-expect',
      },
      {
        what: 'a mock',
        files: { [inErrorsTest]: testOf("vi.mock('./index.ts');", 'vi') },
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
