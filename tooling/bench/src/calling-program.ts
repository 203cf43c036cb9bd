import { setTimeout as pause } from 'node:timers/promises';
import { AdmissionController } from '@iron/admission';
import { openDatabase } from '@iron/db';
import { type CallingOutcome, workSchema } from './calling-process.ts';
import { callThrough } from './clients.ts';

// Makes calls for a while on a file that others write to as well, and prints how that went as JSON.
const { path, secrets, inFlight, beginAt, milliseconds } = workSchema.parse(JSON.parse(process.argv[2] ?? ''));
using database = await openDatabase({ kind: 'file', path, mode: 'rw' });
await using admissions = await AdmissionController.open(database);
const outcome: CallingOutcome = { calls: 0, longestMilliseconds: 0, errors: [] };
const client = async () => {
  while (Date.now() < beginAt + milliseconds) {
    try {
      const [time = 0] = await callThrough(admissions, { secrets, calls: 1, inFlight: 1 });
      outcome.calls += 1;
      outcome.longestMilliseconds = Math.max(outcome.longestMilliseconds, time);
    } catch (error) {
      outcome.errors.push(String(error));
    }
  }
};
await pause(beginAt - Date.now());
await Promise.all(Array.from({ length: inFlight }, client));
process.stdout.write(JSON.stringify(outcome));
