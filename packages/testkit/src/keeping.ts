import { writeSync } from 'node:fs';
import { InvalidKeepSettingError } from './testkit-errors.ts';
import { type Outcome, watchOutcome } from './test-outcome.ts';

/** Whether a database stays when its test is done with it, as `IRON_KEEP_TEST_DB` says. */
export interface Keeping {
  readonly databases: 'none' | 'all' | 'of failed tests';
  /** Calls `act` with whether the database stays: at once, or as soon as the test has ended. */
  readonly whenOver: Outcome;
}

/** @throws {InvalidKeepSettingError} `IRON_KEEP_TEST_DB` is set to something that means nothing */
export async function readKeeping(environment: NodeJS.ProcessEnv): Promise<Keeping> {
  const value = environment['IRON_KEEP_TEST_DB'] ?? '';
  switch (value) {
    case '':
    case '0':
      return { databases: 'none', whenOver: async (act) => await act(false) };
    case '1':
      return { databases: 'all', whenOver: async (act) => await act(true) };
    case 'on-failure':
      return { databases: 'of failed tests', whenOver: await watchOutcome() };
    default:
      throw new InvalidKeepSettingError(value);
  }
}

/** Says where a database stays, past whatever a test runner does with the streams of its workers. */
export function announceKept(path: string): void {
  writeSync(2, `IRON_KEEP_TEST_DB keeps ${path}\n`);
}
