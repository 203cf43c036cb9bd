import type { BackupListing } from '@iron/db';
import { showAge } from '../output/units.ts';
import { type Findings, NOTHING_FOUND } from './doctor-check.ts';

const WEEK_MS = 7 * 86_400_000;

/** Whether there is a verified backup that is not old. */
export function checkBackups(backups: readonly BackupListing[], now: number): Findings {
  const newest = backups.find((backup) => backup.verified);
  if (newest && now - newest.madeAt <= WEEK_MS) return NOTHING_FOUND;
  const problem = newest
    ? `the newest verified backup is ${showAge(now - newest.madeAt)} old`
    : 'there is no verified backup';
  return { problems: [problem], hint: 'Make one with `iron db backup`.', verdict: 'warning' };
}
