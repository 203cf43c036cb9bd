import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { openSqliteDatabase } from '@iron/db';
import { addGateway } from './add-gateway.ts';
import type { Contender } from './contender.ts';
import { type Figures, ratioOf, spreadOf } from './figures.ts';
import { startBareNode, startLibrary, startServe, type Running } from './programs.ts';
import { holdAndSettle } from './request-kinds.ts';
import { CONNECTIONS } from './request-load.ts';
import type { Scale } from './scale.ts';
import type { ServedDatabase } from './served-database.ts';

const LOOK_EVERY_MS = 250;

/** What processes keep in memory (their resident size), beside Node.js with nothing to do. */
export async function measureMemory(served: ServedDatabase, { rounds, seconds }: Scale['memory']): Promise<Figures> {
  const bare: Contender = { what: 'node with nothing to do', rounds: [] };
  const library: Contender = { what: 'the library open', rounds: [] };
  const idle: Contender = { what: 'iron serve, idle', rounds: [] };
  const loaded: Contender = { what: `iron serve, ${CONNECTIONS} connections hold and settle`, rounds: [] };
  const gateway = await gatewayOf(served);
  for (let round = 0; round < rounds; round += 1) {
    bare.rounds.push(await residentOnce(startBareNode()));
    library.rounds.push(await residentOnce(startLibrary(served.path)));
    await using server = await startServe(served.path);
    await (await fetch(`${server.url}/healthz`)).text();
    idle.rounds.push(residentMegabytes(server.pid));
    const load = holdAndSettle({ url: server.url, gateway }, served.secrets, { connections: CONNECTIONS, seconds });
    loaded.rounds.push(await highestDuring(server, load));
  }
  const all = [bare, library, idle, loaded].map((each) => spreadOf(each));
  const title = `Resident memory, among ${served.calls.toLocaleString('en')} calls; ${rounds} processes of each`;
  return {
    title,
    durations: [],
    memory: all,
    ratios: [ratioOf(library, bare, null), ratioOf(idle, bare, null), ratioOf(loaded, idle, null)],
    notes: [
      'The library: every service open on the database. Under load: the highest of looks every quarter of a second, for',
      `${seconds} s. From the sources of a checkout.`,
    ],
    plots: [{ kind: 'bars', title, axis: 'resident memory (MB)', bars: all }],
  };
}

async function gatewayOf({ path }: ServedDatabase): Promise<string> {
  using database = await openSqliteDatabase({ kind: 'file', path, mode: 'rw' });
  return await addGateway(database);
}

async function residentOnce(starting: Promise<Running>): Promise<number> {
  await using running = await starting;
  return residentMegabytes(running.pid);
}

async function highestDuring({ pid }: Running, load: Promise<unknown>): Promise<number> {
  const looks: number[] = [];
  const timer = setInterval(() => looks.push(residentMegabytes(pid)), LOOK_EVERY_MS);
  try {
    await load;
  } finally {
    clearInterval(timer);
  }
  return Math.max(...looks, residentMegabytes(pid));
}

function residentMegabytes(pid: number): number {
  return (residentKilobytes(pid) * 1_024) / 1_000_000;
}

function residentKilobytes(pid: number): number {
  if (process.platform !== 'linux') return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)]));
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes);
}
