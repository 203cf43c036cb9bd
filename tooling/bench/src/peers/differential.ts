import { randomBytes } from 'node:crypto';
import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figures, type Ratio, ratioOf } from '../figures.ts';
import { makeEmptyPostgres, makeMigratedPostgres } from '../migrated-postgres.ts';
import { startGateProcess } from './gate-process.ts';
import { type Limiting, LIMITING, type Places } from './limiting.ts';
import type { DifferentialScale } from './peers-scale.ts';
import { type Race, race } from './race.ts';

/** One who limits calls, and how his races went: those of one process, and those of several. */
interface Row {
  readonly limiting: Limiting;
  readonly alone: readonly Race[];
  readonly together: readonly Race[];
}

/**
 * How many calls are let through when many more than there is room for are made at once, by one process and by several.
 *
 * @param server the URL of its maintenance database
 */
export async function* measureDifferential(
  scale: DifferentialScale,
  server: string,
  withPeers: boolean,
): AsyncGenerator<Figures> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-bench-'));
  using started = new DisposableStack();
  const processes = Array.from({ length: scale.processes }, () => started.use(startGateProcess()));
  const places: Places = {
    file: async () => join(folder.path, `${randomBytes(8).toString('hex')}.db`),
    database: async () => await makeEmptyPostgres(server, randomName()),
    migratedDatabase: async () => await makeMigratedPostgres(server, randomName()),
    memory: async () => '',
  };
  const rows = LIMITING.filter(({ isPeer }) => withPeers || !isPeer).map((limiting) => {
    return { limiting, alone: new Array<Race>(), together: new Array<Race>() };
  });
  for (let round = 0; round < scale.rounds; round += 1) {
    for (const { limiting, alone, together } of rows) {
      // Several first: their processes load what they need at the same time.
      together.push(await race(limiting, places, processes, scale));
      alone.push(await race(limiting, places, processes.slice(0, 1), scale));
    }
  }
  yield figuresOf(rows, scale, withPeers);
}

function randomName(): string {
  return `differential_${randomBytes(8).toString('hex')}`;
}

function figuresOf(rows: readonly Row[], scale: DifferentialScale, withPeers: boolean): Figures {
  const { calls, limit, rounds, processes } = scale;
  return {
    title: `${calls.toLocaleString('en')} calls at once against a limit of ${limit}, ${rounds} rounds`,
    durations: [],
    memory: [],
    ratios: rows.filter(({ limiting }) => limiting.kind === 'iron-authorize').flatMap((row) => ratiosOf(row, scale)),
    table: [
      ['admitted of', 'one process', 'raised', `${processes} processes`, 'raised', 'refused with'],
      ...rows.map(cellsOf),
    ],
    notes: [
      `${processes} processes make a part of the calls each, over one file or server. raised: the limit is then twice as`,
      `high, and as many calls are made again; ${limit} more have room unless refused calls have used it up.`,
      ...(withPeers ? PEERS_NOTES : ['Peers are left out: --without-peers.']),
    ],
  };
}

const PEERS_NOTES = [
  'rate-limiter-flexible adds the points of a call before it compares, and does not take them back. In memory each process',
  'has a limit of its own. better-auth deletes a key of which nothing remains, takes from what remains before it looks at',
  'the rate limit, and answers INVALID_API_KEY to a key that is gone. All but Iron count calls, and nothing else.',
];

function cellsOf({ limiting, alone, together }: Row): string[] {
  const refusals = new Set([...alone, ...together].flatMap((each) => each.refusals));
  const counts = [alone, together].flatMap((races) => [
    rangeOf(races.map(({ admitted }) => admitted)),
    rangeOf(races.map(({ admittedAfterwards }) => admittedAfterwards)),
  ]);
  return [limiting.what, ...counts, [...refusals].join(', ')];
}

function rangeOf(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? `${least}` : `${least} to ${most}`;
}

/** What was let through, of what there was room for. */
function ratiosOf({ limiting, alone, together }: Row, { limit, processes }: DifferentialScale): Ratio[] {
  const room = { what: 'room', rounds: alone.map(() => limit) };
  return [alone, together].map((races) => {
    const who = `${limiting.what}, ${races === alone ? 'one process' : `${processes} processes`}`;
    return ratioOf({ what: `${who}: admitted`, rounds: races.map(({ admitted }) => admitted) }, room, { atMost: 1 });
  });
}
