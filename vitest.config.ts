import { configDefaults, defineConfig } from 'vitest/config';

/** `x.test.ts` runs in this process and is done in moments; `x.slow.test.ts` starts processes, packs, kills or waits. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...configDefaults.exclude, '**/*.slow.test.ts'],
          isolate: false, // loading the packages anew for every file would take longer than the tests
          testTimeout: 20_000,
        },
      },
      { test: { name: 'slow', include: ['**/*.slow.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 } },
    ],
  },
});
