import { defineConfig } from 'vitest/config';

/**
 * `unit`, `contract` and `golden` only compute and run side by side. `integration` and `e2e` start real servers and whole
 * programs: one file at a time, so that two cores are enough, and after the others. `soak` takes from minutes to an hour and is
 * for `npm run soak` alone.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    // Whoever forgets to await or to close something learns it from the run, not from a flaky neighbour.
    dangerouslyIgnoreUnhandledErrors: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/{unit,contract,golden}/**/*.test.ts'],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'real',
          include: ['test/{integration,e2e}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'soak',
          include: ['test/soak/**/*.test.ts'],
          testTimeout: 3_600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
