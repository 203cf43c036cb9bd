import { once } from 'node:events';
import { connect } from 'node:net';
import { z } from 'zod';

/**
 * `idle-clients-program <url> <most> <milliseconds>`: opens so many connections, or as many as a process may have here, or
 * as many as can be opened in that time. Every tenth one asks for something once. Prints how many are open; and then, when the server has closed all of them, how many it has
 * told why.
 */
const [, , url = '', most = '', milliseconds = ''] = process.argv;
const LEAST = 1_000;
const AT_A_TIME = 200;
/** What a process has open beside these connections; the server keeps some for its database. */
const OTHER_FILES = 500;

const report = z.object({ userLimits: z.object({ open_files: z.object({ soft: z.union([z.int(), z.string()]) }) }) });
const { soft } = report.parse(process.report.getReport()).userLimits.open_files;
const allowed = typeof soft === 'number' ? soft - OTHER_FILES : Infinity;
const count = Math.floor(Math.min(Number(most), allowed) / AT_A_TIME) * AT_A_TIME;
if (count < LEAST) throw new RangeError(`${soft} open files are too few: allow ${LEAST + OTHER_FILES} (ulimit -n).`);

const { hostname, port } = new URL(url);
const closed: Promise<boolean>[] = [];
const end = performance.now() + Number(milliseconds);
while (closed.length < count && (closed.length < LEAST || performance.now() < end)) {
  await Promise.all(Array.from({ length: AT_A_TIME }, openOne));
}
process.stdout.write(`${closed.length}\n`);
const told = await Promise.all(closed);
process.stdout.write(`${told.filter(Boolean).length}\n`);

/** Resolves when it is open. */
async function openOne(): Promise<void> {
  const isAsking = closed.length % 10 === 0;
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  closed.push(once(socket, 'close').then(() => text.startsWith('HTTP/1.1 408')));
  await once(socket, 'connect');
  if (isAsking) socket.write('GET /healthz HTTP/1.1\r\nHost: iron\r\n\r\n');
}
