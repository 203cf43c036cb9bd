import { measureAdmissions } from './admissions.ts';
import { measureDatabaseSize } from './database-size.ts';
import { measureGrowingDatabases, type Size } from './growing-databases.ts';
import { SHAPES } from './large-database.ts';
import { measureManyProcesses } from './many-processes.ts';
import type { Part } from './part.ts';
import { measureDifferential } from './peers/differential.ts';
import { measurePeers, PEERS_LEFT_OUT } from './peers/measure-peers.ts';
import { measurePostgresAdmissions } from './postgres-admissions.ts';
import { measurePostgresNodes } from './postgres-nodes.ts';
import { measureRequests } from './requests.ts';
import { measureResets } from './resets.ts';
import { measureMemory } from './resident-memory.ts';
import { makeServedPostgres } from './served-postgres.ts';
import type { ServedContents, ServedDatabase } from './served-database.ts';
import type { Stage } from './stage.ts';
import { measureStartUps } from './start-ups.ts';
import { measureTestDatabases } from './test-databases.ts';
import { measureReports } from './usage-reports.ts';
import { measureVerifications } from './verifications.ts';

const MOST_LIMITS = 1_000;

/** Everything that is measured, in this order. */
export const PARTS: readonly Part[] = [
  {
    name: 'test-databases',
    about: 'a database for one test, against migrating one and against copying a file',
    async *measure({ scale }) {
      yield await measureTestDatabases(scale.testDatabases);
    },
  },
  ...SHAPES.map((shape): Part => ({
    name: `resets-${shape.key}`,
    about: `resetting databases of ${shape.name}, against copying their files to the disk`,
    async *measure({ scale }) {
      yield await measureResets(shape, scale.resets);
    },
  })),
  {
    name: 'verify',
    about: 'verifying tokens, against their hash and the look-up alone',
    async *measure(stage) {
      yield await measureVerifications(await middleOf(stage), stage.scale.verifications);
    },
  },
  ...(['FULL', 'NORMAL'] as const).map((synchronous): Part => ({
    name: `calls-${synchronous.toLowerCase()}`,
    about: `calls let through and settled, 1 to 256 in flight, synchronous=${synchronous}, against the same by hand`,
    async *measure(stage) {
      yield await measureAdmissions(await middleOf(stage), synchronous, stage.scale.admissions);
    },
  })),
  {
    name: 'usage-rows',
    about: 'the same calls with ever more usage rows in the database',
    async *measure(stage) {
      const { calls, tokens } = stage.scale.databases;
      const sizes = await databasesOf(
        stage,
        calls.map((at) => ({ at, calls: at, tokens })),
      );
      const about = { title: 'What a call costs among ever more usage rows', across: 'usage rows' };
      yield await measureGrowingDatabases(about, sizes, stage.scale.admissions);
    },
  },
  {
    name: 'tokens',
    about: 'the same calls with ever more tokens and their limits',
    async *measure(stage) {
      const { calls, fewAndManyTokens } = stage.scale.databases;
      const sizes = await databasesOf(
        stage,
        fewAndManyTokens.map((at) => ({ at, calls: calls[0], tokens: at })),
      );
      const about = { title: 'What a call costs among ever more tokens', across: 'tokens' };
      yield await measureGrowingDatabases(about, sizes, stage.scale.admissions);
    },
  },
  {
    name: 'database-size',
    about: 'what so many calls take on the disk, and how that grows',
    async *measure(stage) {
      const { calls, tokens } = stage.scale.databases;
      const sizes = await databasesOf(
        stage,
        calls.map((at) => ({ at, calls: at, tokens })),
      );
      yield await measureDatabaseSize(
        sizes.map(({ served }) => served),
        stage.scale.databaseSize,
      );
    },
  },
  {
    name: 'start-up',
    about: 'processes of iron from their start to their end or first answer, against bare Node.js',
    async *measure(stage) {
      yield await measureStartUps(await middleOf(stage), stage.scale.startUps);
    },
  },
  {
    name: 'memory',
    about: 'memory of a process with the library open, and of a server idle and under load',
    needsTime: true,
    async *measure(stage) {
      yield await measureMemory(await middleOf(stage), stage.scale.memory);
    },
  },
  {
    name: 'processes',
    about: 'four processes that make calls on one file',
    needsTime: true,
    async *measure(stage) {
      yield await measureManyProcesses(await middleOf(stage), stage.scale.manyProcesses);
    },
  },
  {
    name: 'requests',
    about: 'the same calls over HTTP, 1 to 256 connections, against a bare route of the same framework',
    async *measure(stage) {
      yield await measureRequests(await middleOf(stage), stage.scale.requests);
    },
  },
  {
    name: 'reports',
    about: 'reports over ten times as many calls, against those over fewer',
    async *measure(stage) {
      yield await measureReports(await middleOf(stage), await servedWith(stage, 2), stage.scale.reports);
    },
  },
  {
    name: 'postgres-calls',
    about: 'calls and tokens on PostgreSQL with fsync on, against the same by hand over the same driver',
    async *measure(stage) {
      const { url } = await stage.server();
      const { postgres: scale } = stage.scale;
      const users = limitsOf(stage);
      const contents = { name: 'served', users, tokens: 2 * users, inProjects: true, calls: scale.calls };
      yield await measurePostgresAdmissions(await makeServedPostgres(url, contents), scale);
    },
  },
  {
    name: 'postgres-nodes',
    about: 'several connections and processes on one PostgreSQL server, on one limit and on a thousand',
    needsTime: true,
    async *measure(stage) {
      const server = await stage.server();
      const users = limitsOf(stage);
      const contents = { users, tokens: users, inProjects: false, calls: 0 };
      const thousand = await makeServedPostgres(server.url, { ...contents, name: 'thousand' });
      const one = await makeServedPostgres(server.url, { ...contents, users: 1, tokens: 10, name: 'one' });
      yield await measurePostgresNodes(server, { one, thousand }, stage.scale.postgres);
    },
  },
  {
    name: 'peers',
    about: 'better-auth, rate-limiter-flexible, drizzle-orm, Knex and PGlite, which are installed for it',
    usesPeers: true,
    async *measure(stage) {
      if (stage.withPeers) yield* measurePeers(stage.scale.peers, (await stage.server()).url);
      else yield PEERS_LEFT_OUT;
    },
  },
  {
    name: 'at-once',
    about: 'a thousand calls at once against a limit of a hundred, of Iron and of those peers that limit',
    usesPeers: true,
    async *measure(stage) {
      yield* measureDifferential(stage.scale.differential, (await stage.server()).url, stage.withPeers);
    },
  },
];

/** They are made one after the other. */
async function databasesOf(
  stage: Stage,
  wanted: readonly (ServedContents & { readonly at: number })[],
): Promise<Size[]> {
  const sizes: Size[] = [];
  for (const { at, ...contents } of wanted) sizes.push({ at, served: await stage.served(contents) });
  return sizes;
}

async function middleOf(stage: Stage): Promise<ServedDatabase> {
  return await servedWith(stage, 1);
}

async function servedWith(stage: Stage, size: 0 | 1 | 2): Promise<ServedDatabase> {
  const { calls, tokens } = stage.scale.databases;
  return await stage.served({ calls: calls[size], tokens });
}

function limitsOf({ scale }: Stage): number {
  return Math.min(MOST_LIMITS, Math.ceil(scale.postgres.calls / 20));
}
