/**
 * Calls `act` with whether the test failed: at once if that is known, and then it waits for that; or else as soon as it is.
 */
export type Outcome = (act: Act) => Promise<void>;

/** What is done when a test is over. The end of a process does not wait for more than its first steps. */
type Act = (failed: boolean) => Promise<void>;

/**
 * Watches how the test that is running ends. A scope that is left cannot tell why, so vitest is asked. Outside a test
 * of vitest's the whole process counts: it has failed when its exit code says so, as it does after an uncaught error
 * and after a failed test of node:test.
 */
export async function watchOutcome(): Promise<Outcome> {
  const waiting: Act[] = [];
  let known: boolean | undefined;
  const tell = async (failed: boolean) => {
    known = failed;
    await Promise.all(waiting.map((act) => act(failed)));
  };
  if (!(await tellByVitest(tell))) tellAtExit((failed) => void tell(failed));
  return async (act) => {
    if (known === undefined) waiting.push(act);
    else await act(known);
  };
}

/** Whether there is a test of vitest's to watch. */
async function tellByVitest(tell: (failed: boolean) => Promise<void>): Promise<boolean> {
  if (!('__vitest_worker__' in globalThis)) return false;
  try {
    const { onTestFinished } = await import('vitest');
    onTestFinished(async ({ task }) => await tell(task.result?.state === 'fail'));
    return true;
  } catch {
    return false; // in beforeAll, for example
  }
}

const untold = new Set<(failed: boolean) => void>();

function tellAtExit(tell: (failed: boolean) => void): void {
  if (untold.size === 0) {
    process.once('exit', (code) => {
      for (const wait of untold) wait(code !== 0);
    });
  }
  untold.add(tell);
}
