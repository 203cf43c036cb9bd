import { createInterface } from 'node:readline';
import { AdmissionController } from './admission-controller.ts';

// Asks for admissions with the token on the command line, four at a time, until one is refused, and prints each answer. Begins
// when it is told to go, so that all begin at once.
const [, , url = '', token = ''] = process.argv;
const admissions = await AdmissionController.open(url);
process.stdout.write('ready\n');
for await (const _go of createInterface({ input: process.stdin })) break;
for (let goesOn = true; goesOn; goesOn = (await Promise.all([1, 2, 3, 4].map(ask))).every(Boolean));
await admissions.close();
process.stdin.destroy();

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
