import { AdmissionController } from './admission-controller.ts';

// Makes calls with the token on the command line, many at a time, until it is killed or refused, and prints the request
// id of each call that it was told is settled.
const [, , url = '', token = '', inFlight = '8', ttlMs = '900000'] = process.argv;
const admissions = await AdmissionController.open(url, { ttlMs: Number(ttlMs) });
process.stdout.write('ready\n');
await Promise.all(Array.from({ length: Number(inFlight) }, callUntilRefused));
await admissions.close();

async function callUntilRefused(): Promise<void> {
  for (;;) {
    try {
      const admission = await admissions.authorize({
        token,
        provider: 'acme',
        model: 'large',
        inputTokens: 10,
        maxOutputTokens: 10,
      });
      await admission.settle({ inputTokens: 10, outputTokens: Math.floor(Math.random() * 10) });
      process.stdout.write(`settled ${admission.requestId}\n`);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      process.stdout.write(`refused ${code}\n`);
      return;
    }
  }
}
