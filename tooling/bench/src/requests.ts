import { type Contender, settleDisk } from './contender.ts';
import { type Figures, ratioOf, type Spread, spreadOf } from './figures.ts';
import { medianOf } from './median.ts';
import type { Plot } from './plot.ts';
import { askBareRoute, askForUsage, holdAndSettle, postToBareRoute } from './request-kinds.ts';
import { CONNECTIONS, type LoadFigures } from './request-load.ts';
import type { Scale } from './scale.ts';
import type { ServedDatabase } from './served-database.ts';
import { type Serving, startServing } from './serving-process.ts';

/** Requests over HTTP: what each takes, and how long all but one in a hundred wait. */
interface Timed {
  readonly share: Contender;
  readonly wait: Contender;
  readonly slowWait: Contender;
  /** How busy whoever sends them was. */
  readonly busy: number[];
  readonly send: () => Promise<LoadFigures>;
}

/** Calls over so many connections, and as many requests to a bare route. */
interface Level {
  readonly connections: number;
  readonly bare: Timed;
  readonly calls: Timed;
}

/** The API beside a bare Hono route on the same machine, by turns. */
export async function measureRequests(served: ServedDatabase, scale: Scale['requests']): Promise<Figures> {
  using bare = await startServing(null);
  using iron = await startServing(served.path);
  const { rounds, seconds } = scale;
  const all = { connections: CONNECTIONS, seconds };
  const bareGet = timed('bare route, GET', async () => await askBareRoute(bare, all));
  const usage = timed('GET /api/tokens/usage', async () => await askForUsage(iron, served.secrets, all));
  const levels = levelsOf({ bare, iron }, served, scale);
  const ofAll = timed('hold or settle, of all tokens', async () => await holdAndSettle(iron, served.secrets, all));
  const loads = [bareGet, usage, ...levels.flatMap((level) => [level.bare, level.calls]), ofAll];
  for (let round = 0; round <= rounds; round += 1) {
    for (const load of loads) {
      const figures = await load.send();
      settleDisk();
      if (round > 0) note(load, figures); // the first one warms up
    }
  }
  const atTarget = levels.find(({ connections }) => connections === CONNECTIONS);
  const ratios = [
    ratioOf(bareGet.share, usage.share, null),
    ...levels.flatMap((level) => ratiosOf(level)),
    ...(atTarget ? [ratioOf(atTarget.bare.share, ofAll.share, null)] : []),
  ];
  const title = `Requests over HTTP, ${seconds} s at a time, ${rounds} rounds, among ${served.calls.toLocaleString('en')} calls`;
  return {
    title,
    durations: loads.flatMap(({ share, wait, slowWait }) => [share, wait, slowWait].map(spreadOf)),
    memory: [],
    ratios,
    notes: [
      `Over ${CONNECTIONS} connections where nothing else is said. Times are of one request, of those of all connections together; a`,
      'median and a 99th percentile are what one waits for. A call is two requests, POST /api/holds and its settlement,',
      'synchronous=FULL, of as many tokens as there are connections; of all tokens: a commit writes more pages. The bare route',
      'reads the same JSON and answers. One process sends the requests: where it is busy all the time, a server might do better',
      `than its figure. Busy with the bare route, and with calls: ${levels.map((level) => busyText(level)).join('; ')}.`,
    ],
    plots: [{ kind: 'bars', title, axis: 'ratio within each run', bars: ratios }, plotOf(levels)],
  };
}

function levelsOf(
  { bare, iron }: Readonly<Record<'bare' | 'iron', Serving>>,
  { secrets }: ServedDatabase,
  { seconds, connections: counts }: Scale['requests'],
): Level[] {
  return counts.map((connections) => {
    const load = { connections, seconds };
    const few = secrets.slice(0, connections);
    const over = connections === 1 ? '1 connection' : `${connections} connections`;
    return {
      connections,
      bare: timed(`bare route, POST, ${over}`, async () => await postToBareRoute(bare, few, load)),
      calls: timed(`hold or settle, ${over}`, async () => await holdAndSettle(iron, few, load)),
    };
  });
}

function timed(what: string, send: () => Promise<LoadFigures>): Timed {
  return {
    share: { what, rounds: [] },
    wait: { what: `${what}, median`, rounds: [] },
    slowWait: { what: `${what}, 99th percentile`, rounds: [] },
    busy: [],
    send,
  };
}

function note({ share, wait, slowWait, busy }: Timed, figures: LoadFigures): void {
  share.rounds.push(figures.share);
  wait.rounds.push(figures.median);
  slowWait.rounds.push(figures.slow);
  busy.push(figures.busy);
}

function ratiosOf({ connections, bare, calls }: Level) {
  const isAimedAt = connections === CONNECTIONS;
  return [
    ratioOf(bare.share, calls.share, isAimedAt ? { atLeast: 0.35 } : null),
    ratioOf(calls.slowWait, calls.wait, isAimedAt ? { atMost: 10 } : null),
  ];
}

function busyText({ connections, bare, calls }: Level): string {
  const [ofBare, ofCalls] = [bare, calls].map(({ busy }) => `${(medianOf(busy) * 100).toFixed(0)} %`);
  return `over ${connections} ${ofBare} and ${ofCalls} of the time`;
}

function plotOf(levels: readonly Level[]): Plot {
  const lineOf = (name: string, spreadAt: (level: Level) => Spread) => {
    return { name, points: levels.map((level) => ({ at: level.connections, spread: spreadAt(level) })) };
  };
  return {
    kind: 'lines',
    title: 'What a request takes over ever more connections',
    across: 'connections',
    axis: 'time (ms)',
    lines: [
      lineOf('bare route of the same framework', ({ bare }) => spreadOf(bare.share)),
      lineOf('hold or settle', ({ calls }) => spreadOf(calls.share)),
    ],
  };
}
