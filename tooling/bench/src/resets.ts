import {
  closeSync,
  copyFileSync,
  fsyncSync,
  mkdtempDisposableSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openDatabase } from '@iron/db';
import { type Contender, settleDisk, timeOf } from './contender.ts';
import { type Figures, durationOf, ratioOf } from './figures.ts';
import { type Shape, makeLargeDatabase } from './large-database.ts';
import { medianOf } from './median.ts';
import { resetInProcess } from './reset-process.ts';

/** The size that the target is about, in megabytes. */
const TARGET_MEGABYTES = 1_000;

/** Resetting and seeding a database against copying its file and waiting for the disk. */
export async function measureResets(shape: Shape, megabytes: number, rounds: number): Promise<Figures> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-bench-'));
  requireRoom(folder.path, megabytes);
  const path = join(folder.path, 'tokens.db');
  const calls = await makeLargeDatabase(path, shape, megabytes);

  const copied: Contender = { what: 'copy, fsync', rounds: [] };
  const reset: Contender = { what: 'resetDatabase({ seed: true })', rounds: [] };
  const peaks: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    settleDisk();
    copied.rounds.push(await timeOf(() => copyToDisk(path, `${path}.copy`)));
    rmSync(`${path}.copy`);
    settleDisk();
    const { milliseconds, peakMegabytes, backup } = await resetInProcess(path);
    reset.rounds.push(milliseconds);
    peaks.push(peakMegabytes);
    await putBack(backup, path);
  }
  return {
    title: `Resetting a database of ${megabytes} MB, ${shape.name} (${calls} calls: ${shape.description}); ${rounds} rounds`,
    durations: [durationOf(copied), durationOf(reset)],
    ratios: [ratioOf(reset, copied, megabytes >= TARGET_MEGABYTES ? { atMost: 4 } : null)],
    memory: [{ what: `resetDatabase, ${megabytes} MB`, megabytes: Math.round(medianOf(peaks)) }],
    notes: [],
  };
}

/** The least that keeps a copy of a file through a loss of power. */
function copyToDisk(from: string, to: string): void {
  copyFileSync(from, to);
  waitForDisk(to);
  waitForDisk(dirname(to));
}

function waitForDisk(path: string): void {
  const descriptor = openSync(path, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** Lets the database be what it was before it was reset. */
async function putBack(backup: string, path: string): Promise<void> {
  renameSync(backup, path);
  rmSync(dirname(backup), { recursive: true });
  const database = await openDatabase({ kind: 'file', path, mode: 'rw' }); // into WAL mode, as it was
  database.close();
}

/** The database, its copy or backup, and what the disk needs to breathe. */
function requireRoom(folder: string, megabytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = (bavail * bsize) / 1_000_000;
  if (free < megabytes * 2.5)
    throw new Error(`${folder} has room for ${Math.floor(free)} MB; ${megabytes * 2.5} are needed.`);
}
