import { chmodSync, mkdtempDisposableSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { figuresOf } from './figures.ts';
import type { Part } from './part.ts';
import { PARTS } from './parts.ts';
import { type Measured, runBenchmark } from './run-benchmark.ts';
import type { Scale } from './scale.ts';
import { Stage } from './stage.ts';

const SMALL: Scale = {
  testDatabases: { rounds: 1, turns: 2, migrations: 1 },
  resets: { rounds: 1, megabytes: [1] },
  databases: { calls: [100, 200, 400], tokens: 10, fewAndManyTokens: [10, 20] },
  verifications: { rounds: 1, turns: 1 },
  admissions: { rounds: 1, turns: 5, callsATurn: 16, inFlight: [1, 16, 64, 256] },
  manyProcesses: { rounds: 1, milliseconds: 50 },
  requests: { rounds: 1, seconds: 0.1, connections: [1, 64] },
  databaseSize: { rounds: 1, calls: 64 },
  startUps: { rounds: 1 },
  memory: { rounds: 1, seconds: 0.1 },
  reports: { rounds: 1, turns: 1 },
  peers: { keys: 1, rounds: 1, turns: 1, courses: [], callsATurn: 1, testDatabases: 1 },
  differential: { rounds: 1, calls: 40, limit: 10, processes: 4 },
  postgres: {
    calls: 400,
    rounds: 1,
    turns: 5,
    callsATurn: 64,
    milliseconds: 50,
    connections: [],
    processes: [4, 2, 1],
  },
};

/** What a part alone measures, in a folder that nothing is left in. */
async function measureAlone(part: Part): Promise<Measured[]> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-bench-test-'));
  chmodSync(folder.path, 0o711); // a server of PostgreSQL, which has a user of its own, is somewhere in it
  vi.stubEnv('TMPDIR', folder.path);
  const measured: Measured[] = [];
  try {
    await using stage = new Stage(SMALL, false);
    for await (const each of runBenchmark(stage, [part])) measured.push(each);
  } finally {
    vi.unstubAllEnvs();
  }
  expect(readdirSync(folder.path).filter((name) => !name.startsWith('iron-testkit'))).toEqual([]);
  return measured;
}

/** Of which there may be none. */
const ERRORS = 'calls that met an error / calls of all';

test.each(PARTS.filter(({ usesPeers }) => usesPeers !== true))(
  'the part $name alone measures something, and leaves nothing behind',
  async (part) => {
    const measured = await measureAlone(part);

    const figures = measured.flatMap((each) => figuresOf(each));
    expect(figures.length).toBeGreaterThan(0);
    expect(figures.filter(({ median, what }) => !(what === ERRORS ? median === 0 : median > 0))).toEqual([]);
  },
);

test('without peers Iron alone is counted how many calls it lets through at once, on both engines', async () => {
  const measured: Measured[] = [];
  for (const part of PARTS.filter(({ usesPeers }) => usesPeers)) measured.push(...(await measureAlone(part)));

  expect(measured.map(({ part, table = [] }) => [part, table.filter(([who]) => who?.startsWith('Iron'))])).toEqual([
    ['peers', []],
    [
      'at-once',
      [
        ['Iron, SQLite', '10', '10', '10', '10', 'limit.exceeded'],
        ['Iron, PostgreSQL', '10', '10', '10', '10', 'limit.exceeded'],
      ],
    ],
  ]);
  expect(measured.map(({ notes }) => notes.some((note) => note.includes('--without-peers')))).toEqual([true, true]);
});
