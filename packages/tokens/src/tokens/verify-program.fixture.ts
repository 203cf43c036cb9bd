import { createInterface } from 'node:readline';
import { TokenStorage } from './token-storage.ts';

/** Verifies the token in each line of its input, and prints the id of the token or the code of the error. */
const [, , url = ''] = process.argv;
await using storage = await TokenStorage.open(url);
process.stdout.write('ready\n');
for await (const secret of createInterface({ input: process.stdin })) process.stdout.write(`${await answer(secret)}\n`);

async function answer(secret: string): Promise<string> {
  try {
    return `token ${(await storage.verifyToken(secret)).tokenId}`;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return String(error.code);
  }
}
