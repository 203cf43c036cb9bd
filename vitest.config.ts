import { defineConfig } from 'vitest/config';

/** `x.test.ts` is fast and in-process; `x.slow.test.ts` starts processes, packs, kills or waits. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: ['**/*.slow.test.ts', '**/node_modules/**', '**/dist/**'],
        },
      },
      { test: { name: 'slow', include: ['**/*.slow.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 } },
    ],
  },
});
