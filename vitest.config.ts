import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

// Suites that run on both engines: on SQLite in `unit` and `slow`, and here on PostgreSQL. Named from the workspace's
// root: 'packages/limits/src/**/*.test.ts'. A file that is about SQLite alone is `x.sqlite.test.ts`, or
// `x.sqlite.slow.test.ts`. Of the server they are the folders whose code asks the database: what `http`, `network` and
// `openapi` do is done before or after that, and is the same.
const ON_BOTH_ENGINES: readonly string[] = [
  'apps/server/src/{access,fuzz,idempotency,operation,process,resources}/**/*.test.ts',
  'packages/admission/src/**/*.test.ts',
  'packages/limits/src/**/*.test.ts',
  'packages/tokens/src/**/*.test.ts',
  'packages/usage/src/**/*.test.ts',
  'tooling/test-database/src/**/*.test.ts',
];

/** A package runs its own suites alone, from its own folder, and this file is shared. */
const onBothEnginesHere = ON_BOTH_ENGINES.map((files) =>
  relative(process.cwd(), resolve(import.meta.dirname, files)),
).filter((files) => !files.startsWith('..'));

/**
 * Programs that tests start find what Node.js has compiled for an earlier one. Most of what a short one takes is the
 * reading of its modules.
 */
const env = { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url)) };

/** What is waited for comes much sooner, unless the machine is busy with something else. */
const patient = { poll: { timeout: 30_000 } };

/**
 * `x.test.ts` runs in this process and is done in moments; `x.slow.test.ts` starts processes, packs, kills or waits.
 * `x.postgres.test.ts` needs a PostgreSQL, which is started when the first of them is to run and ends with the last.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...configDefaults.exclude, '**/*.slow.test.ts', '**/*.postgres.test.ts'],
          isolate: false, // loading the packages anew for every file would take longer than the tests
          env,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'slow',
          include: ['**/*.slow.test.ts'],
          env,
          expect: patient,
          isolate: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'postgres',
          include: ['**/*.postgres.test.ts', ...onBothEnginesHere],
          exclude: [...configDefaults.exclude, '**/*.sqlite.test.ts', '**/*.sqlite.slow.test.ts'],
          globalSetup: [fileURLToPath(new URL('tooling/test-postgres/src/global-setup.ts', import.meta.url))],
          env: { ...env, IRON_TEST_ENGINE: 'postgres' },
          expect: patient,
          isolate: false,
          // `x.slow.postgres.test.ts` is named for people; a bound for both costs nothing.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
