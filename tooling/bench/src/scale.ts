import type { DifferentialScale, PeersScale } from './peers/peers-scale.ts';

/** How much is measured. */
export interface Scale {
  readonly testDatabases: {
    /** A first round on top warms up. */
    readonly rounds: number;
    /** How many databases are made in a round. */
    readonly turns: number;
    /** How many are migrated from nothing in a round. */
    readonly migrations: number;
  };
  readonly resets: {
    readonly rounds: number;
    /** Sizes of the databases, in megabytes, growing. */
    readonly megabytes: readonly number[];
  };
  readonly databases: {
    /** Calls in the databases that are served from. Where one is enough, it is the middle one. */
    readonly calls: readonly [few: number, middle: number, many: number];
    /** Tokens in each of them. */
    readonly tokens: number;
    /** Tokens in further ones with the fewest calls. */
    readonly fewAndManyTokens: readonly number[];
  };
  readonly verifications: { readonly rounds: number; readonly turns: number };
  readonly admissions: {
    /** A first round on top warms up. */
    readonly rounds: number;
    /** How often each has a turn in a round. */
    readonly turns: number;
    /** Rounded up to whole batches. */
    readonly callsATurn: number;
    /** How many calls are in flight at a time, growing. */
    readonly inFlight: readonly number[];
  };
  readonly manyProcesses: { readonly rounds: number; readonly milliseconds: number };
  readonly requests: {
    /** A first round on top warms up. */
    readonly rounds: number;
    /** How long each load lasts in a round. */
    readonly seconds: number;
    /** Over how many connections calls are made, growing. */
    readonly connections: readonly number[];
  };
  readonly databaseSize: {
    readonly rounds: number;
    /** How many calls are made in a round. */
    readonly calls: number;
  };
  readonly startUps: { readonly rounds: number };
  readonly memory: {
    /** Processes of each kind, one after the other. */
    readonly rounds: number;
    /** How long a server is under load in each. */
    readonly seconds: number;
  };
  readonly peers: PeersScale;
  readonly differential: DifferentialScale;
  readonly reports: { readonly rounds: number; readonly turns: number };
  readonly postgres: {
    /** How many calls are in the database that is served from. */
    readonly calls: number;
    /** A first round of the admissions on top warms up. */
    readonly rounds: number;
    /** How often each has a turn in a round. */
    readonly turns: number;
    /** Rounded up to whole batches. */
    readonly callsATurn: number;
    /** How long nodes make calls in a round. */
    readonly milliseconds: number;
    /** How many connections one process has, beside as many as each of several. */
    readonly connections: readonly number[];
    /** How many processes make calls at a time: one and two of them in any case. */
    readonly processes: readonly number[];
  };
}

/** What the targets are about. */
export const FULL_SCALE: Scale = {
  testDatabases: { rounds: 15, turns: 60, migrations: 5 },
  resets: { rounds: 3, megabytes: [100, 1_000] },
  databases: {
    calls: [10_000, 1_000_000, 10_000_000],
    tokens: 10_000,
    fewAndManyTokens: [10, 1_000, 100_000],
  },
  verifications: { rounds: 15, turns: 20 },
  admissions: { rounds: 7, turns: 5, callsATurn: 768, inFlight: [1, 16, 64, 256] },
  manyProcesses: { rounds: 3, milliseconds: 3_000 },
  requests: { rounds: 7, seconds: 2, connections: [1, 16, 64, 256] },
  databaseSize: { rounds: 5, calls: 12_800 },
  startUps: { rounds: 15 },
  memory: { rounds: 5, seconds: 5 },
  peers: {
    keys: 1_000,
    rounds: 7,
    turns: 3,
    courses: [
      { synchronous: 'FULL', inFlight: 64 },
      { synchronous: 'FULL', inFlight: 1 },
      { synchronous: 'NORMAL', inFlight: 64 },
    ],
    callsATurn: 512,
    testDatabases: 40,
  },
  differential: { rounds: 3, calls: 1_000, limit: 100, processes: 4 },
  reports: { rounds: 15, turns: 10 },
  postgres: {
    calls: 500_000,
    rounds: 5,
    turns: 5,
    callsATurn: 768,
    milliseconds: 3_000,
    connections: [1, 8, 32],
    processes: [4, 2, 1],
  },
};

/** Done in about a minute with the peers, and too small to judge by. */
export const QUICK_SCALE: Scale = {
  testDatabases: { rounds: 1, turns: 5, migrations: 1 },
  resets: { rounds: 1, megabytes: [3] },
  databases: { calls: [500, 2_000, 10_000], tokens: 100, fewAndManyTokens: [10, 100, 400] },
  verifications: { rounds: 2, turns: 3 },
  admissions: { rounds: 1, turns: 1, callsATurn: 64, inFlight: [1, 64] },
  manyProcesses: { rounds: 1, milliseconds: 300 },
  requests: { rounds: 1, seconds: 0.1, connections: [64] },
  databaseSize: { rounds: 1, calls: 640 },
  startUps: { rounds: 1 },
  memory: { rounds: 1, seconds: 0.2 },
  peers: {
    keys: 10,
    rounds: 1,
    turns: 1,
    courses: [{ synchronous: 'FULL', inFlight: 64 }],
    callsATurn: 64,
    testDatabases: 5,
  },
  differential: { rounds: 1, calls: 40, limit: 10, processes: 2 },
  reports: { rounds: 2, turns: 3 },
  postgres: {
    calls: 400,
    rounds: 1,
    turns: 1,
    callsATurn: 64,
    milliseconds: 100,
    connections: [],
    processes: [2, 1],
  },
};
