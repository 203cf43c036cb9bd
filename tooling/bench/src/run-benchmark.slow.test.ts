import { chmodSync, mkdtempDisposableSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { figuresOf } from './figures.ts';
import { PARTS } from './parts.ts';
import { type Measured, runBenchmark } from './run-benchmark.ts';
import type { Scale } from './scale.ts';
import { Stage } from './stage.ts';

const SMALL: Scale = {
  testDatabases: { rounds: 1, turns: 2, migrations: 1 },
  resets: { rounds: 1, megabytes: [1] },
  databases: { calls: [100, 200, 400], tokens: 10, fewAndManyTokens: [10, 20] },
  verifications: { rounds: 1, turns: 1 },
  admissions: { rounds: 1, callsATurn: 16 },
  manyProcesses: { rounds: 1, milliseconds: 50 },
  requests: { rounds: 1, seconds: 0.1, connections: [1, 2] },
  databaseSize: { rounds: 1, calls: 64 },
  startUps: { rounds: 1 },
  memory: { rounds: 1, seconds: 0.1 },
  reports: { rounds: 1, turns: 1 },
  peers: { keys: 1, rounds: 1, callsATurn: 1, testDatabases: 1 },
  differential: { rounds: 1, calls: 40, limit: 10 },
  postgres: { calls: 400, rounds: 1, callsATurn: 64, milliseconds: 50, connections: [] },
};

test('every part of the benchmark measures something, on both engines, and leaves nothing behind', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-bench-test-'));
  chmodSync(folder.path, 0o711); // a server of PostgreSQL, which has a user of its own, is somewhere in it
  vi.stubEnv('TMPDIR', folder.path);
  const measured: Measured[] = [];
  {
    await using stage = new Stage(SMALL, false);
    for await (const part of runBenchmark(stage, PARTS)) measured.push(part);
  }
  vi.unstubAllEnvs();

  expect(new Set(measured.map(({ part }) => part))).toEqual(new Set(PARTS.map(({ name }) => name)));
  const figures = measured.flatMap((part) => figuresOf(part).map((figure) => ({ part: part.part, ...figure })));
  expect(figures.filter(({ median }) => !(median > 0)).map(({ what }) => what)).toEqual([
    'calls that met an error / calls of all',
  ]);
  expect(measured.flatMap(({ table = [] }) => table).filter(([who]) => who?.startsWith('Iron'))).toEqual([
    ['Iron, SQLite', '10', '10', '10', '10', 'limit.exceeded'],
    ['Iron, PostgreSQL', '10', '10', '10', '10', 'limit.exceeded'],
  ]);
  expect(measured.filter(({ notes }) => notes.some((note) => note.includes('--without-peers')))).toHaveLength(2);
  expect(readdirSync(folder.path).filter((name) => !name.startsWith('iron-testkit'))).toEqual([]);
});
