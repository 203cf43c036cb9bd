import { AdmissionController } from '@iron/admission';
import { type SqliteDatabase, openSqliteDatabase } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import { callInBatches, callOneByOne, callThrough, type Load } from './clients.ts';
import { type Contender, settleDisk, sprinter, takeTurns } from './contender.ts';
import { percentileOf } from './median.ts';
import { RawCalls } from './raw-calls.ts';
import type { Scale } from './scale.ts';
import type { ServedDatabase } from './served-database.ts';

/** How SQLite waits for the disk. */
export type Synchronous = 'FULL' | 'NORMAL';

/** A crowd of clients: what a call takes of the time of all, and how long all but one in a hundred wait for theirs. */
interface Crowd {
  readonly share: Contender;
  readonly wait: Contender;
}

/** So many calls in flight. */
export interface AdmissionRounds {
  readonly inFlight: number;
  readonly together: Crowd;
  /** As many calls at a time in a plain loop. */
  readonly byHand: Contender;
  /** The crowd whose calls commit one by one; `null`: not timed at this size. */
  readonly oneByOne: Crowd | null;
}

/** How large a crowd is set against one whose calls commit one by one. */
const CROWD = 64;

/** Makes calls in every way by turns, ever more of them in flight. */
export async function timeAdmissions(
  { path, secrets }: ServedDatabase,
  synchronous: Synchronous,
  { rounds, turns, callsATurn, inFlight: counts }: Scale['admissions'],
): Promise<AdmissionRounds[]> {
  using database = await openSqliteDatabase({ kind: 'file', path, mode: 'rw' });
  database.connection.pragma(`synchronous = ${synchronous}`);
  await using admissions = await AdmissionController.open(database);
  await using limits = await LimitEnforcer.open(database);
  const levels = counts.map((inFlight) => {
    const load = { secrets, inFlight, calls: Math.ceil(callsATurn / inFlight) * inFlight };
    return levelOf(database.connection, admissions, load);
  });
  for (let round = 0; round <= rounds; round += 1) {
    for (const { together, byHand, oneByOne } of levels) {
      await takeTurns([together.clients, byHand, ...(oneByOne ? [oneByOne.clients] : [])], turns);
      together.closeRound();
      oneByOne?.closeRound();
    }
    await limits.sweep({ keepEndedMs: 0 }); // what has ended would only make the next round slower
    settleDisk();
  }
  return levels.map(({ load, together, byHand, oneByOne }) => ({
    inFlight: load.inFlight,
    together: crowdOf(together, load.calls),
    byHand: perCall(byHand, load.calls),
    oneByOne: oneByOne && crowdOf(oneByOne, load.calls),
  }));
}

/** Whoever has a turn begins with an empty log, so that nobody writes back what another has left there. */
function levelOf(connection: SqliteDatabase['connection'], admissions: AdmissionController, load: Load) {
  const raw = new RawCalls(connection);
  const emptyLog = () => void connection.pragma('wal_checkpoint(TRUNCATE)');
  const { inFlight } = load;
  const oneByOne = `${inFlight} in flight, one by one`;
  return {
    load,
    together: timedClients(`${inFlight} in flight`, async () => await callThrough(admissions, load), emptyLog),
    byHand: sprinter(`${inFlight} at a time by hand`, async () => await callInBatches(raw, load), emptyLog),
    oneByOne: inFlight === CROWD ? timedClients(oneByOne, async () => await callOneByOne(raw, load), emptyLog) : null,
  };
}

/** Clients whose calls are timed each by itself, too. */
function timedClients(what: string, makeCalls: () => Promise<number[]>, prepare: () => void) {
  let times: number[] = [];
  const wait: Contender = { what: `${what}, 99th percentile`, rounds: [] };
  return {
    wait,
    clients: sprinter(what, async () => void times.push(...(await makeCalls())), prepare),
    closeRound() {
      wait.rounds.push(percentileOf(times, 0.99));
      times = [];
    },
  };
}

function crowdOf({ clients, wait }: ReturnType<typeof timedClients>, calls: number): Crowd {
  return { share: perCall(clients, calls), wait: withoutWarmUp(wait) };
}

function perCall(contender: Contender, calls: number): Contender {
  const { what, rounds } = withoutWarmUp(contender);
  return { what, rounds: rounds.map((milliseconds) => milliseconds / calls) };
}

function withoutWarmUp({ what, rounds }: Contender): Contender {
  return { what, rounds: rounds.slice(1) };
}
