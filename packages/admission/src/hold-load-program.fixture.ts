import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AdmissionController } from './admission-controller.ts';

// Asks for admissions with the token on the command line, four at a time, until one is refused, and prints each answer. Begins
// when a file `go` lies beside the database, so that all begin at once.
const [, , path = '', token = ''] = process.argv;
const admissions = await AdmissionController.open(`sqlite://${path}?mode=rw`);
process.stdout.write('ready\n');
while (!existsSync(`${path}.go`)) await sleep(5);
for (let goesOn = true; goesOn; goesOn = (await Promise.all([1, 2, 3, 4].map(ask))).every(Boolean));
await admissions.close();

/** @returns whether it was admitted */
async function ask(): Promise<boolean> {
  try {
    await admissions.authorize({ token, provider: 'acme', model: 'large', inputTokens: 10, maxOutputTokens: 10 });
    process.stdout.write('admitted\n');
    return true;
  } catch (error) {
    process.stdout.write(`refused ${error instanceof Error && 'code' in error ? String(error.code) : String(error)}\n`);
    return false;
  }
}
