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
import { openSqliteDatabase } from '@iron/db';
import Database from 'better-sqlite3';
import { type Contender, settleDisk, timeOf } from './contender.ts';
import { type Shape, makeLargeDatabase } from './large-database.ts';
import { resetInProcess } from './reset-process.ts';

/** What was measured of one database, round by round. */
export interface ResetRounds {
  /** How many calls are in the database. */
  readonly calls: number;
  readonly copied: Contender;
  /** SQLite's own check of the whole file, which a backup has to pass. */
  readonly checked: Contender;
  readonly reset: Contender;
  /** In megabytes. */
  readonly addedMemory: Contender;
}

/** Makes a database, and then resets it and copies its file by turns. */
export async function timeResets(shape: Shape, megabytes: number, rounds: number): Promise<ResetRounds> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-bench-'));
  requireRoom(folder.path, megabytes);
  const path = join(folder.path, 'tokens.db');
  const calls = await makeLargeDatabase(path, shape, megabytes);

  const copied: Contender = { what: `copy and fsync ${megabytes} MB`, rounds: [] };
  const checked: Contender = { what: `integrity_check of ${megabytes} MB`, rounds: [] };
  const reset: Contender = { what: `reset and seed ${megabytes} MB`, rounds: [] };
  const addedMemory: Contender = { what: `memory to reset ${megabytes} MB`, rounds: [] };
  for (let round = 0; round < rounds; round += 1) {
    settleDisk();
    copied.rounds.push(await timeOf(() => copyToDisk(path, `${path}.copy`)));
    rmSync(`${path}.copy`);
    checked.rounds.push(await timeOf(() => check(path)));
    settleDisk();
    const { milliseconds, addedMegabytes, backup } = await resetInProcess(path);
    reset.rounds.push(milliseconds);
    addedMemory.rounds.push(addedMegabytes);
    await putBack(backup, path);
  }
  return { calls, copied, checked, reset, addedMemory };
}

/** The least that keeps a copy of a file through a loss of power. */
function copyToDisk(from: string, to: string): void {
  copyFileSync(from, to);
  waitForDisk(to);
  waitForDisk(dirname(to));
}

function check(path: string): void {
  const connection = new Database(path, { readonly: true });
  const found = connection.pragma('integrity_check', { simple: true });
  connection.close();
  if (found !== 'ok') throw new Error(`${path} is damaged: ${String(found)}`);
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
  const database = await openSqliteDatabase({ kind: 'file', path, mode: 'rw' }); // into WAL mode, as it was
  database.close();
}

/** Room for the database, and for its copy or its backup. */
function requireRoom(folder: string, megabytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = Math.floor((bavail * bsize) / 1_000_000);
  const needed = megabytes * 2.5;
  if (free < needed) throw new Error(`${folder} has room for ${free} MB, and ${needed} MB are needed. Set TMPDIR.`);
}
