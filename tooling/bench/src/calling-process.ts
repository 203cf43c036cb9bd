import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const PROGRAM = fileURLToPath(new URL('./calling-program.ts', import.meta.url));

/** What a process is to do. */
export const workSchema = z.strictObject({
  path: z.string(),
  secrets: z.array(z.string()),
  inFlight: z.int(),
  milliseconds: z.number(),
});

export type Work = z.infer<typeof workSchema>;

const outcomeSchema = z.strictObject({
  calls: z.number(),
  longestMilliseconds: z.number(),
  errors: z.array(z.string()),
});

/** How it went: how many calls were made, how long one took at most, and what its callers had to hear. */
export type CallingOutcome = z.infer<typeof outcomeSchema>;

/** A process that has its database open and waits for the word to begin. */
export interface CallingProcess {
  begin(): Promise<CallingOutcome>;
}

export async function startCalling(work: Work): Promise<CallingProcess> {
  const program = fork(PROGRAM, [JSON.stringify(work)]);
  await nextMessage(program);
  return {
    async begin() {
      program.send('begin');
      return outcomeSchema.parse(await nextMessage(program));
    },
  };
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
