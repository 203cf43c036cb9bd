import type { PostgresServer } from '@iron/test-postgres';
import { processorSecondsOf } from './bench-server.ts';
import { callTogether, type CallingProcess, startCalling } from './calling-process.ts';
import { type Contender, settleDisk } from './contender.ts';
import { type Figures, ratioOf, spreadOf, type Target } from './figures.ts';
import { medianOf } from './median.ts';
import type { Scale } from './scale.ts';
import type { ServedPostgres } from './served-postgres.ts';

const IN_FLIGHT = 64;
const CONNECTIONS = 5;
const ONE = 'one limit';
const A_THOUSAND = 'a thousand';
/** What they make when none has to wait for the other. */
const APART = '2 processes, 500 each';

/** So many processes with so many connections each, on one database. */
interface Fleet {
  readonly what: string;
  readonly served: ServedPostgres;
  readonly nodes: number;
  readonly connections: number;
  /** Whether each node has limits of its own. Otherwise its calls are of any of them. */
  readonly isApart?: boolean;
}

/** What a fleet did, round by round. */
interface Measured {
  /** Milliseconds for each call that any of the nodes made. */
  readonly share: Contender;
  /** Calls a second. */
  readonly rate: number[];
  /** How many processors they kept busy. */
  readonly ofNodes: number[];
  readonly ofServer: (number | null)[];
}

/** Nodes by turns alone, in pairs and perhaps more of them, with few and many connections, on one limit and on a thousand. */
export async function measurePostgresNodes(
  server: PostgresServer,
  { one, thousand }: { readonly one: ServedPostgres; readonly thousand: ServedPostgres },
  { rounds, milliseconds, connections, processes: counts }: Scale['postgres'],
): Promise<Figures> {
  const fleetsOn = (served: ServedPostgres, limits: string): Fleet[] => [
    ...connections.map((many) => ({
      what: `${many} connection${many === 1 ? '' : 's'}, ${limits}`,
      served,
      nodes: 1,
      connections: many,
    })),
    ...counts.map((nodes) => ({ what: nameOf(nodes, limits), served, nodes, connections: CONNECTIONS })),
  ];
  const apart = { what: APART, served: thousand, nodes: 2, connections: CONNECTIONS, isApart: true };
  const fleets: Fleet[] = [...fleetsOn(one, ONE), ...fleetsOn(thousand, A_THOUSAND), apart];
  const all = new Map(fleets.map((fleet) => [fleet.what, newMeasured(fleet.what)]));
  using started = new DisposableStack();
  const processes = Array.from({ length: Math.max(...counts) }, () => started.use(startCalling()));
  for (let round = 0; round < rounds; round += 1) {
    for (const fleet of fleets) {
      const measured = all.get(fleet.what);
      if (measured) await runFleet(server, processes.slice(0, fleet.nodes), { ...fleet, milliseconds }, measured);
    }
  }
  const shareOf = (what: string) => {
    const measured = all.get(what);
    if (!measured) throw new TypeError(`No fleet is called ${what}.`);
    return measured.share;
  };
  const more = counts.filter((nodes) => nodes > 2);
  const gainOf = (nodes: number, limits: string, target: Target | null = null) =>
    ratioOf(shareOf(nameOf(1, limits)), shareOf(nameOf(nodes, limits)), target);
  return {
    title: `Nodes with ${IN_FLIGHT} calls in flight each, on one PostgreSQL server, for ${milliseconds} ms; ${rounds} rounds`,
    durations: [...all.values()].map(({ share }) => spreadOf(share)),
    memory: [],
    ratios: [
      gainOf(2, A_THOUSAND, { atLeast: 1.6 }),
      ratioOf(shareOf(nameOf(1, A_THOUSAND)), shareOf(APART), null),
      ...more.map((nodes) => gainOf(nodes, A_THOUSAND)),
      ...[2, ...more].map((nodes) => gainOf(nodes, ONE)),
    ],
    notes: [
      `Processes have pools of ${CONNECTIONS}. Times are of one call: how long all nodes together took for it.`,
      ...[...all.values()].map((measured) => noteOf(measured)),
    ],
  };
}

function nameOf(nodes: number, limits: string): string {
  return `${nodes} process${nodes === 1 ? '' : 'es'}, ${limits}`;
}

function newMeasured(what: string): Measured {
  return { share: { what, rounds: [] }, rate: [], ofNodes: [], ofServer: [] };
}

async function runFleet(
  server: PostgresServer,
  processes: readonly CallingProcess[],
  {
    served: { url: database, secrets },
    nodes,
    connections,
    isApart,
    milliseconds,
  }: Fleet & { readonly milliseconds: number },
  measured: Measured,
): Promise<void> {
  const secretsOf = (node: number) => secrets.filter((_, index) => !isApart || index % nodes === node);
  const workOf = (node: number) => ({
    database,
    maxConnections: connections,
    secrets: secretsOf(node),
    inFlight: IN_FLIGHT,
    warmUpMilliseconds: milliseconds / 2,
    milliseconds,
  });
  let before: number | null = null;
  let began = 0;
  const outcomes = await callTogether(processes, workOf, () => {
    before = processorSecondsOf(server);
    began = performance.now();
  });
  const took = performance.now() - began;
  const after = processorSecondsOf(server);
  const [error] = outcomes.flatMap(({ errors }) => errors);
  if (error !== undefined) throw new Error(`A call failed: ${error}`);
  const calls = sumOf(outcomes.map((outcome) => outcome.calls));
  measured.share.rounds.push(took / calls);
  measured.rate.push((calls / took) * 1_000);
  measured.ofNodes.push(sumOf(outcomes.map(({ processorMilliseconds }) => processorMilliseconds)) / took);
  measured.ofServer.push(before === null || after === null ? null : ((after - before) * 1_000) / took);
  settleDisk();
}

function noteOf({ share, rate, ofNodes, ofServer }: Measured): string {
  const known = ofServer.filter((busy) => busy !== null);
  const server = known.length === 0 ? 'not known' : `${(medianOf(known) * 100).toFixed(0)} %`;
  return `${share.what}: ${medianOf(rate).toFixed(0)} calls/s; of a processor: nodes ${(medianOf(ofNodes) * 100).toFixed(0)} %, server ${server}`;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
