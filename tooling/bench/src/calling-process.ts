import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

const PROGRAM = fileURLToPath(new URL('./calling-program.ts', import.meta.url));

/** What a process is to do. All begin at the same moment, when each has its database open. */
export const workSchema = z.strictObject({
  path: z.string(),
  secrets: z.array(z.string()),
  inFlight: z.int(),
  beginAt: z.number(),
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

/** Makes calls in a process of their own. */
export async function callInProcess(work: Work): Promise<CallingOutcome> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, JSON.stringify(work)]);
  return outcomeSchema.parse(JSON.parse(stdout));
}
