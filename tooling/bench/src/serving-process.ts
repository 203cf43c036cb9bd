import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { nextMessage } from './calling-process.ts';

const PROGRAM = fileURLToPath(new URL('./serving-program.ts', import.meta.url));

/** What is to be served: Iron's API over a database, or, without one, a bare route. */
export const servingSchema = z.strictObject({ path: z.string().nullable() });

const servedSchema = z.strictObject({ url: z.string(), gateway: z.string() });

/** Where a server listens, and the token of a gateway. */
export type Serving = z.infer<typeof servedSchema>;

/** A server in a process of its own. */
export interface ServingProcess extends Serving, Disposable {
  /** How much memory it takes, in bytes. */
  memory(): Promise<number>;
}

export async function startServing(path: string | null): Promise<ServingProcess> {
  const program = fork(PROGRAM, [JSON.stringify({ path })], {
    stdio: ['ignore', 'inherit', 'ignore', 'ipc'], // its log is written, and nobody reads it
  });
  const serving = servedSchema.parse(await nextMessage(program));
  return {
    ...serving,
    async memory() {
      program.send('memory');
      return z.strictObject({ bytes: z.number() }).parse(await nextMessage(program)).bytes;
    },
    [Symbol.dispose]: () => void program.kill('SIGKILL'),
  };
}
