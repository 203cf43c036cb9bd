import { once } from 'node:events';
import { AdmissionController } from '@iron/admission';
import { openSqliteDatabase } from '@iron/db';
import { type CallingOutcome, workSchema } from './calling-process.ts';
import { callThrough } from './clients.ts';

// Makes calls for a while on a file that others write to as well, when it is told to, and tells how that went.
const { path, secrets, inFlight, milliseconds } = workSchema.parse(JSON.parse(process.argv[2] ?? ''));
using database = await openSqliteDatabase({ kind: 'file', path, mode: 'rw' });
await using admissions = await AdmissionController.open(database);
const outcome: CallingOutcome = { calls: 0, longestMilliseconds: 0, errors: [] };

process.send?.('ready');
await once(process, 'message');
const end = performance.now() + milliseconds;
await Promise.all(Array.from({ length: inFlight }, makeCalls));
process.send?.(outcome);
process.disconnect();

async function makeCalls(): Promise<void> {
  while (performance.now() < end) {
    try {
      const [time = 0] = await callThrough(admissions, { secrets, calls: 1, inFlight: 1 });
      outcome.calls += 1;
      outcome.longestMilliseconds = Math.max(outcome.longestMilliseconds, time);
    } catch (error) {
      outcome.errors.push(String(error));
    }
  }
}
