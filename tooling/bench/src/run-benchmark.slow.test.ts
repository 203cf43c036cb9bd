import { chmodSync, mkdtempDisposableSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { runBenchmark } from './run-benchmark.ts';
import type { Scale } from './scale.ts';

const SMALL: Scale = {
  testDatabases: { rounds: 1, turns: 2, migrations: 1 },
  resets: { rounds: 1, megabytes: [1, 2] },
  services: { calls: [400, 800] },
  verifications: { rounds: 1, turns: 1 },
  admissions: { rounds: 1, callsATurn: 16 },
  manyProcesses: { rounds: 1, milliseconds: 300 },
  requests: { rounds: 1, seconds: 1 },
  reports: { rounds: 1, turns: 1 },
  postgres: { calls: 400, rounds: 1, callsATurn: 64, milliseconds: 200 },
};

test(
  'the benchmark measures test databases, resets and services on both engines, and leaves nothing behind',
  { timeout: 300_000 },
  async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-bench-test-'));
    chmodSync(folder.path, 0o711); // a server of PostgreSQL, which has a user of its own, is somewhere in it
    vi.stubEnv('TMPDIR', folder.path);
    const seen: string[] = [];

    const { figures, machine } = await runBenchmark(SMALL, ({ title }) => seen.push(title));
    vi.unstubAllEnvs();

    expect(figures.map(({ title }) => title)).toEqual(seen);
    expect(figures.map(({ durations, memory, ratios }) => [durations.length, memory.length, ratios.length])).toEqual([
      [5, 0, 3],
      [4, 2, 3],
      [4, 2, 3],
      [3, 0, 2],
      [11, 0, 7],
      [11, 0, 7],
      [1, 0, 2],
      [15, 0, 4],
      [6, 0, 6],
      [5, 0, 4],
      [12, 0, 4],
    ]);
    const all = figures.flatMap(({ durations, memory, ratios }) => [...durations, ...memory, ...ratios]);
    expect(all.filter(({ median }) => !(median > 0)).map(({ what }) => what)).toEqual([
      'calls that met an error / calls of all',
    ]);
    expect(machine.folder).toBe(folder.path);
    expect(readdirSync(folder.path).filter((name) => !name.startsWith('iron-testkit'))).toEqual([]);
  },
);
