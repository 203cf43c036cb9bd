import { AdmissionController } from '@iron/admission';
import { type IronDatabase, openDatabase } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import { tokenVerifier, type TokenVerifier } from '@iron/tokens';
import { bareDriver } from './bare-driver.ts';
import { callInBatches, callOneByOne, callThrough, keepInFlight, type Load } from './clients.ts';
import { type Contender, settleDisk, type Sprinter, sprinter, takeTurns } from './contender.ts';
import { type Figures, ratioOf, spreadOf } from './figures.ts';
import { RawPostgresCalls } from './raw-postgres-calls.ts';
import type { Scale } from './scale.ts';
import type { ServedPostgres } from './served-postgres.ts';

const IN_FLIGHT = 64;
const CONNECTIONS = 5;

/** Calls let through and settled on PostgreSQL, and tokens verified, against the same by hand over the same driver. */
export async function measurePostgresAdmissions(
  { url, secrets, calls: stored }: ServedPostgres,
  { rounds, turns, callsATurn }: Scale['postgres'],
): Promise<Figures> {
  await using database = await openDatabase(url, { maxConnections: CONNECTIONS });
  await using admissions = await AdmissionController.open(database);
  await using verifier = await tokenVerifier(database);
  await using limits = await LimitEnforcer.open(database);
  await using driver = bareDriver(url, CONNECTIONS);
  const load: Load = { secrets, inFlight: IN_FLIGHT, calls: Math.ceil(callsATurn / IN_FLIGHT) * IN_FLIGHT };
  const batches = countBatches(database);
  const contenders = contendersOf({
    database,
    admissions,
    verifier,
    raw: new RawPostgresCalls(driver.pool),
    load,
    batches,
  });
  for (let round = 0; round <= rounds; round += 1) {
    await takeTurns(Object.values(contenders), turns);
    await limits.sweep({ keepEndedMs: 0 }); // what has ended would only make the next round slower
    settleDisk();
  }
  const share = (each: Sprinter) => perCall(each, load.calls);
  const [together, byHand] = [share(contenders.together), share(contenders.byHand)];
  const [oneByOne, verify] = [share(contenders.oneByOne), share(contenders.verify)];
  const verifyByHand = share(contenders.verifyByHand);
  return {
    title: `Calls let through and settled on PostgreSQL among ${stored.toLocaleString('en')}, ${rounds} rounds`,
    durations: [together, byHand, oneByOne, verify, verifyByHand].map((each) => spreadOf(each)),
    memory: [],
    ratios: [
      ratioOf(byHand, together, { atLeast: 0.8 }),
      ratioOf(oneByOne, together, { atLeast: 3 }),
      ratioOf(oneByOne, byHand, null), // what committing together can give at most
      ratioOf(verifyByHand, verify, { atLeast: 0.8 }),
    ],
    notes: [
      `in flight: through AdmissionController by so many clients, over a pool of ${CONNECTIONS}; a commit was of ${batches.mean().toFixed(0)} calls.`,
      'By hand: its statements over the same driver, as pipelined, in commits of as many calls. One by one: the same by',
      'so many clients over a pool as large, each call in two commits of its own. Times are of one call.',
    ],
  };
}

interface Contest {
  readonly database: IronDatabase;
  readonly admissions: AdmissionController;
  readonly verifier: TokenVerifier;
  readonly raw: RawPostgresCalls;
  readonly load: Load;
  readonly batches: ReturnType<typeof countBatches>;
}

function contendersOf({ database, admissions, verifier, raw, load, batches }: Contest) {
  const { inFlight } = load;
  const verifyAll = async (verify: (secret: string) => Promise<unknown>) =>
    await keepInFlight(load, async (secret) => void (await verify(secret)));
  return {
    together: sprinter(`${inFlight} in flight`, async () => {
      batches.counts = true;
      await callThrough(admissions, load);
      batches.counts = false;
    }),
    byHand: sprinter(`${inFlight} at a time by hand`, async () => await callInBatches(raw, load)),
    oneByOne: sprinter(`${inFlight} in flight, one by one`, async () => await callOneByOne(raw, load)),
    verify: sprinter(
      `verify, ${inFlight} in flight`,
      async () => await verifyAll((secret) => database.read((reader) => verifier.verify(reader, secret))),
    ),
    verifyByHand: sprinter(
      `look up by hand, ${inFlight} in flight`,
      async () => await verifyAll((secret) => raw.verify(secret)),
    ),
  };
}

/** How many calls a commit is of, while it counts. */
function countBatches(database: IronDatabase) {
  let [commits, calls] = [0, 0];
  const batches = { counts: false, mean: () => calls / commits };
  database.onCommit(({ writes }) => {
    if (!batches.counts) return;
    commits += 1;
    calls += writes;
  });
  return batches;
}

/** Without the first round, which was the warm-up. */
function perCall({ what, rounds }: Sprinter, calls: number): Contender {
  return { what, rounds: rounds.slice(1).map((milliseconds) => milliseconds / calls) };
}
