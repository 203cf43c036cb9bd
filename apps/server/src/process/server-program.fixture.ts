import { subscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { loadConfig, parseDatabaseUrl } from '@iron/db';
import { z } from 'zod';
import { runServer } from '../run-server.ts';

/**
 * `server-program <options>`: what `iron serve` does, at any free port, with the time limits of the test. Prints its URL;
 * then, for each line that it reads: for `memory`, how many bytes it uses when what is garbage is gone; for `clients`, the
 * ports of those who are connected.
 */
const optionsSchema = z.strictObject({
  database: z.string(),
  logLevel: z.enum(['error', 'info']),
  networkLimits: z.strictObject({
    headersMs: z.int(),
    requestMs: z.int(),
    keepAliveMs: z.int(),
    answer: z.strictObject({ periodMs: z.int(), leastBytes: z.int() }),
    connections: z.int(),
  }),
});

/** What the program is told. */
export type ServerProgramOptions = z.output<typeof optionsSchema>;

const { database, logLevel, networkLimits } = optionsSchema.parse(JSON.parse(process.argv[2] ?? ''));
setFlagsFromString('--expose_gc');
const collectGarbage = z.function({ input: [] }).parse(runInNewContext('gc'));
const clientPorts = new Set<number>();
subscribe('net.server.socket', (message) => {
  const { socket } = z.object({ socket: z.instanceof(Socket) }).parse(message);
  const port = socket.remotePort ?? 0;
  clientPorts.add(port);
  socket.once('close', () => clientPorts.delete(port));
});
const answers: Readonly<Record<string, () => unknown>> = {
  memory() {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  },
  clients: () => [...clientPorts],
};
createInterface({ input: process.stdin }).on('line', (line) => {
  process.stdout.write(`${JSON.stringify(answers[line]?.())}\n`);
});
if ('unref' in process.stdin) process.stdin.unref();
await runServer({
  config: loadConfig({ environment: { SERVER_LOG_LEVEL: logLevel } }),
  location: parseDatabaseUrl(database, process.cwd()),
  host: '127.0.0.1',
  port: 0,
  masterKey: undefined,
  networkLimits,
  onListening: ({ url }) => void process.stdout.write(`${url}\n`),
});
