import { on } from 'node:events';
import { AdmissionController } from '@iron/admission';
import { openDatabase } from '@iron/db';
import { type CallingOutcome, type Work, workSchema } from './calling-process.ts';
import { callThrough } from './clients.ts';

// Makes calls for a while on a database that others write to as well, whenever it is told to, and tells how that went.
const messages = on(process, 'message');
process.on('disconnect', () => process.exit());
for (;;) await carryOut(workSchema.parse(await nextMessage()));

async function nextMessage(): Promise<unknown> {
  const { value } = await messages.next();
  return value?.[0];
}

async function carryOut(work: Work): Promise<void> {
  const { maxConnections } = work;
  await using database = await openDatabase(work.database, maxConnections === undefined ? {} : { maxConnections });
  await using admissions = await AdmissionController.open(database);
  await makeCalls(admissions, work, work.warmUpMilliseconds);
  process.send?.('ready');
  await nextMessage();
  process.send?.(await makeCalls(admissions, work, work.milliseconds));
}

async function makeCalls(
  admissions: AdmissionController,
  { secrets, inFlight }: Work,
  milliseconds: number,
): Promise<CallingOutcome> {
  const outcome = { calls: 0, longestMilliseconds: 0, errors: new Array<string>() };
  const processor = process.cpuUsage();
  const end = performance.now() + milliseconds;
  const client = async () => {
    while (performance.now() < end) {
      try {
        const [time = 0] = await callThrough(admissions, { secrets, calls: 1, inFlight: 1 });
        outcome.calls += 1;
        outcome.longestMilliseconds = Math.max(outcome.longestMilliseconds, time);
      } catch (error) {
        outcome.errors.push(String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, client));
  const { user, system } = process.cpuUsage(processor);
  return { ...outcome, processorMilliseconds: (user + system) / 1_000 };
}
