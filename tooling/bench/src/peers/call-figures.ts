import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figures, type Ratio, ratioOf, type Target } from '../figures.ts';
import { type Contest, ContestProcesses, contestOf, remarkedSpreadOf, type Results } from './contest.ts';
import { fileEntrants, serverEntrants } from './entrants.ts';
import type { PeersScale } from './peers-scale.ts';

const IN_FLIGHT = 64;

type Name = keyof Awaited<ReturnType<typeof fileEntrants>>;
type ServerName = keyof Awaited<ReturnType<typeof serverEntrants>>;

/**
 * What one call takes: of Iron, and of those who do something of the kind; on SQLite, and then on PostgreSQL.
 *
 * @param server the URL of its maintenance database
 */
export async function* measureCalls(scale: PeersScale, server: string): AsyncGenerator<Figures> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-bench-'));
  using processes = new ContestProcesses();
  const entrants = await fileEntrants((name) => join(folder.path, `${name}.db`), scale.keys);
  const contest = contestOf(entrants, processes);
  for (const course of scale.courses) yield await measureFiles(contest, course, scale);
  yield await measureServer(contestOf(await serverEntrants(server, server, scale.keys), processes), scale);
}

async function measureServer(contest: Contest<ServerName>, scale: PeersScale): Promise<Figures> {
  const { rounds, turns, callsATurn } = scale;
  const results = await contest.hold({ synchronous: 'FULL', inFlight: IN_FLIGHT, rounds, turns, callsATurn });
  return {
    title: `One call on PostgreSQL beside peers, ${IN_FLIGHT} in flight, ${rounds} rounds`,
    durations: results.all.map(remarkedSpreadOf),
    memory: [],
    ratios: [
      ratioOf(results.of('rateLimited'), results.of('authorize'), null),
      ratioOf(results.of('limiter'), results.of('authorize'), null),
    ],
    notes: ['All on one server with fsync on, each over a pool of 5 connections, from a process of its own.'],
  };
}

async function measureFiles(
  contest: Contest<Name>,
  course: PeersScale['courses'][number],
  { rounds, turns, callsATurn }: PeersScale,
): Promise<Figures> {
  const { synchronous, inFlight } = course;
  const share = inFlight === 1 ? 4 : 1; // who waits for every call alone is slow
  const results = await contest.hold({ ...course, rounds, turns, callsATurn: Math.ceil(callsATurn / share) });
  return {
    title: `One call on SQLite beside peers, ${inFlight} in flight, synchronous=${synchronous}, ${rounds} rounds`,
    durations: results.all.map(remarkedSpreadOf),
    memory: [],
    ratios: ratiosOf(results, synchronous === 'FULL' && inFlight === IN_FLIGHT),
    notes: [
      'Each in a process of its own, on a file in WAL over better-sqlite3, with room for every call; one that was refused would',
      'end the run. better-auth and rate-limiter-flexible are set up as their documents say, who name neither WAL nor',
      'synchronous; deferUpdates would defer nothing that a key counts in a database. Iron alone commits the calls of a moment',
      'together. Outside of the time logs are emptied, and the holds of Iron are settled, after authorize alone, and swept away',
      'when they have ended, which a server does meanwhile.',
    ],
  };
}

function ratiosOf(results: Results<Name>, isAimedAt: boolean): Ratio[] {
  const authorize = results.of('authorize');
  const aim = (target: Target) => (isAimedAt ? target : null);
  return [
    ratioOf(results.of('betterAuth'), authorize, aim({ atLeast: 20 })),
    ratioOf(results.of('rateLimited'), authorize, aim({ atLeast: 20 })),
    ratioOf(results.of('betterAuth'), results.of('verify'), null),
    ratioOf(results.of('rateLimitedInMemory'), authorize, null),
    ratioOf(results.of('limiter'), authorize, aim({ atLeast: 4 })),
    ratioOf(results.of('limiterInMemory'), authorize, null),
    ratioOf(results.of('map'), authorize, null),
  ];
}
