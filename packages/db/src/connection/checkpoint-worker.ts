import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { openConnection } from './open-connection.ts';

const PAUSE_MS = 50;

const path = String(workerData);
const connection = openConnection(path);
let seen = 0n;
const timer = setInterval(checkpoint, PAUSE_MS);
parentPort?.once('message', () => {
  clearInterval(timer);
  connection.close(); // or the log would be left behind when the others close
  parentPort?.close();
});

/** Copies what nobody reads any more, and waits for nobody. On a full disk the log just stays as it is. */
function checkpoint(): void {
  const written = statSync(`${path}-wal`, { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? 0n;
  if (written === seen) return;
  seen = written;
  try {
    connection.pragma('wal_checkpoint(PASSIVE)');
  } catch {
    seen = 0n; // once more, later
  }
}
