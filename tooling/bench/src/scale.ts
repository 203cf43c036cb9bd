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
}

/** What the targets are about. */
export const FULL_SCALE: Scale = {
  testDatabases: { rounds: 15, turns: 60, migrations: 5 },
  resets: { rounds: 3, megabytes: [100, 1_000] },
};

/** Done in a minute, and too small to judge by. */
export const QUICK_SCALE: Scale = {
  testDatabases: { rounds: 5, turns: 30, migrations: 3 },
  resets: { rounds: 3, megabytes: [10, 50] },
};
