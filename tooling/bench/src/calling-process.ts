import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const PROGRAM = fileURLToPath(new URL('./calling-program.ts', import.meta.url));

/** What a process is to do. */
export const workSchema = z.strictObject({
  database: z.union([z.string(), z.strictObject({ kind: z.literal('file'), path: z.string(), mode: z.literal('rw') })]),
  /** To a PostgreSQL server. */
  maxConnections: z.int().optional(),
  secrets: z.array(z.string()),
  inFlight: z.int(),
  /** How long it makes calls before it says that it is ready. */
  warmUpMilliseconds: z.number(),
  milliseconds: z.number(),
});

export type Work = z.infer<typeof workSchema>;

const outcomeSchema = z.strictObject({
  calls: z.number(),
  longestMilliseconds: z.number(),
  /** How long it took a processor. */
  processorMilliseconds: z.number(),
  errors: z.array(z.string()),
});

/** How it went: how many calls were made, what they cost and took at most, and what their callers had to hear. */
export type CallingOutcome = z.infer<typeof outcomeSchema>;

/** A process that makes calls, one piece of work after the other. */
export interface CallingProcess extends Disposable {
  /** Resolves when it has its database open and waits for the word to begin. */
  prepare(work: Work): Promise<void>;
  begin(): Promise<CallingOutcome>;
}

export function startCalling(): CallingProcess {
  const program = fork(PROGRAM);
  return {
    async prepare(work) {
      program.send(work);
      await nextMessage(program);
    },
    async begin() {
      program.send('begin');
      return outcomeSchema.parse(await nextMessage(program));
    },
    [Symbol.dispose]: () => void program.kill('SIGKILL'),
  };
}

/** They begin at once, when each has its database open; `onBegin` hears of that. */
export async function callTogether(
  processes: readonly CallingProcess[],
  workOf: (index: number) => Work,
  onBegin = () => {},
): Promise<CallingOutcome[]> {
  await Promise.all(processes.map(async (each, index) => await each.prepare(workOf(index))));
  onBegin();
  return await Promise.all(processes.map(async (each) => await each.begin()));
}

/** What a process that was forked says next. */
export async function nextMessage(program: ChildProcess): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('A process that was to be measured has ended.'));
    program.once('exit', onExit);
    program.once('message', (message) => {
      program.off('exit', onExit);
      resolve(message);
    });
  });
}
