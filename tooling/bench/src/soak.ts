import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contender } from './contender.ts';
import { type Figures, ratioOf, spreadOf } from './figures.ts';
import { holdAndSettle } from './request-kinds.ts';
import { CONNECTIONS } from './request-load.ts';
import { makeServedDatabase } from './served-database.ts';
import { startServing } from './serving-process.ts';

const SLICE_SECONDS = 10;
const CONTENTS = { calls: 100_000, tokens: 5_000 };

/** Holds and settles over HTTP for some minutes, and looks at the server's memory every ten seconds. */
export async function soakServer(minutes: number): Promise<Figures> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-bench-'));
  const served = await makeServedDatabase(join(folder.path, 'served.db'), CONTENTS);
  using iron = await startServing(served.path);
  const memory: number[] = [];
  const share: Contender = { what: 'hold or settle', rounds: [] };
  const load = { connections: CONNECTIONS, seconds: SLICE_SECONDS };
  let requests = 0;
  for (let slice = 0; slice < (minutes * 60) / SLICE_SECONDS; slice += 1) {
    const figures = await holdAndSettle(iron, served.secrets, load);
    requests += figures.requests;
    share.rounds.push(figures.share);
    memory.push((await iron.memory()) / 1_000_000);
  }
  const third = Math.max(1, Math.floor(memory.length / 3));
  const middle: Contender = { what: 'memory, second third', rounds: memory.slice(third, 2 * third) };
  const end: Contender = { what: 'memory, last third', rounds: memory.slice(-third) };
  return {
    title: `${CONNECTIONS} connections hold and settle for ${minutes} min, ${requests.toLocaleString('en')} requests`,
    durations: [spreadOf(share)],
    memory: [spreadOf(middle), spreadOf(end)],
    ratios: [ratioOf(end, middle, { atMost: 1.1 })],
    notes: [`Megabytes, every ten seconds: ${memory.map((megabytes) => megabytes.toFixed(0)).join(' ')}.`],
  };
}
