import { type Contender, timeOf } from './contender.ts';
import { type Figures, ratioOf, spreadOf } from './figures.ts';
import { runToEnd, startServe } from './programs.ts';
import type { Scale } from './scale.ts';
import type { ServedDatabase } from './served-database.ts';

/** How long the command takes from its start to its end or to its first answer, beside Node.js with nothing to do. */
export async function measureStartUps({ path }: ServedDatabase, { rounds }: Scale['startUps']): Promise<Figures> {
  const starts = [
    starter('node -e 0', async () => await timeToEnd(null)),
    starter('iron --version', async () => await timeToEnd(['--version'])),
    starter('iron db status', async () => await timeToEnd(['db', 'status', '--database', path])),
    starter('iron serve, until it answers', async () => await timeUntilAnswer(path)),
  ];
  for (let round = 0; round < rounds; round += 1) {
    for (const each of round % 2 === 0 ? starts : starts.toReversed()) each.rounds.push(await each.time());
  }
  const [bare, ...commands] = starts;
  const title = `Processes from their start, one at a time by turns; ${rounds} rounds`;
  return {
    title,
    durations: starts.map((each) => spreadOf(each)),
    memory: [],
    ratios: bare ? commands.map((command) => ratioOf(command, bare, null)) : [],
    notes: [
      'From the sources of a checkout, which Node.js strips of their types at each start, without a compile cache.',
    ],
    plots: [{ kind: 'bars', title, axis: 'time (ms)', bars: starts.map((each) => spreadOf(each)) }],
  };
}

/** A contender that takes its own time. */
function starter(what: string, time: () => Promise<number>): Contender & { readonly time: typeof time } {
  return { what, rounds: [], time };
}

async function timeToEnd(words: readonly string[] | null): Promise<number> {
  return await timeOf(async () => await runToEnd(words));
}

/** Until `/healthz` has answered; its end is not part of it. */
async function timeUntilAnswer(database: string): Promise<number> {
  const start = performance.now();
  await using server = await startServe(database);
  await (await fetch(`${server.url}/healthz`)).text();
  return performance.now() - start;
}
