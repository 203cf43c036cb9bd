import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { databaseFiles } from '../connection/database-files.ts';

/** Waits until what was written to a file, or what happened in a folder, is on the disk. No database may have it open. */
export function syncToDisk(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Removes a database file and what SQLite keeps beside it. */
export function removeDatabaseFiles(path: string): void {
  for (const file of databaseFiles(path)) rmSync(file, { force: true });
}
