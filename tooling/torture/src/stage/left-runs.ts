import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeLeftServers } from '@iron/test-postgres';
import { hasEnded, nameOfThisProcess, PROCESS_NAME } from '@iron/test-clones';

const NAME = new RegExp(`^iron-torture-(${PROCESS_NAME})-`);

/** Makes a folder whose name says that it is of this process. */
export function makeRunFolder(): string {
  return mkdtempSync(join(tmpdir(), `iron-torture-${nameOfThisProcess()}-`));
}

/** Where in that folder the server of a run is. */
export function serverFolder(folder: string): string {
  return join(folder, 'server');
}

/** Ends and removes all that is left of runs that were killed. Of a run that goes on nothing is touched. */
export async function removeLeftRuns(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const owner = NAME.exec(name)?.[1];
    const folder = join(tmpdir(), name);
    if (owner === undefined || !hasEnded(owner) || !isOurs(folder)) continue;
    await removeLeftServers(new Set([serverFolder(folder)]));
    for (const disk of disksIn(folder)) unmount(disk);
    // Processes of the run end when they find that it has, and may still write into what is being removed.
    rmSync(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 20 });
  }
}

/** Whoever still has it open keeps it until then; what is asked to do so twice, does it once. */
export function unmount(disk: string): void {
  if (disksIn(disk).length > 0) execFileSync('umount', ['--lazy', disk]);
}

function isOurs(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.uid === process.getuid?.();
}

/** What is mounted there or below. */
function disksIn(folder: string): string[] {
  const points = mounts().map((mount) => mount.split(' ')[1] ?? '');
  return points.filter((point) => point === folder || point.startsWith(`${folder}/`));
}

/** Only where these can be read can a disk be mounted for a run. */
function mounts(): string[] {
  return process.platform === 'linux' ? readFileSync('/proc/mounts', 'utf8').split('\n') : [];
}
