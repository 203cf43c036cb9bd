import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

const PROGRAM = fileURLToPath(new URL('./reset-program.ts', import.meta.url));

const outcomeSchema = z.strictObject({ milliseconds: z.number(), addedMegabytes: z.number(), backup: z.string() });

/** How a reset went: how long it took, how much memory it took at most, and where the backup is. */
export type ResetOutcome = z.infer<typeof outcomeSchema>;

/** Resets and seeds the database at `path` in a process of its own, so that its memory can be told from ours. */
export async function resetInProcess(path: string): Promise<ResetOutcome> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, path]);
  return outcomeSchema.parse(JSON.parse(stdout));
}
