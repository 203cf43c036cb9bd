import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandOf, hasEnded, nameOfThisProcess, PROCESS_NAME } from '@iron/test-clones';
import { unprivilegedUser, type UnprivilegedUser } from './unprivileged-user.ts';

const MEMORY = '/dev/shm';
const ENOUGH_MEMORY_BYTES = 4 * 1024 ** 3;
const NAME = new RegExp(`^iron-test-postgres-(${PROCESS_NAME})-`);

/**
 * Where a server's files are best. A database is some 300 files, and a file system on a disk makes new ones forty
 * times more slowly where as many have just been removed: ext4 does not give away a removed file's number for minutes.
 *
 * @param needs `programs`: those of the server lie there, too
 */
export function fastestFolder(needs: { programs: boolean }): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    const enough = bavail * bsize >= ENOUGH_MEMORY_BYTES;
    return enough && !(needs.programs && refusesPrograms(MEMORY)) ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

function refusesPrograms(folder: string): boolean {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  return mounts.some((mount) => mount.split(' ')[1] === folder && mount.includes('noexec'));
}

/** Makes a directory of this process in the folder, for that user alone. */
export function makeServerDirectory(folder: string, user: UnprivilegedUser | undefined): string {
  const directory = mkdtempSync(join(folder, `iron-test-postgres-${nameOfThisProcess()}-`));
  if (user !== undefined) chownSync(directory, user.uid, user.gid);
  return directory;
}

/** The directories of processes that have ended without removing them. */
export function leftServerDirectories(folders: ReadonlySet<string> = new Set([MEMORY, tmpdir()])): string[] {
  const ours = new Set([process.getuid?.(), unprivilegedUser()?.uid]);
  return [...folders].flatMap((folder) =>
    namesIn(folder)
      .filter((name) => isLeft(name))
      .map((name) => join(folder, name))
      .filter((directory) => ours.has(statSync(directory, { throwIfNoEntry: false })?.uid)),
  );
}

function isLeft(name: string): boolean {
  const owner = NAME.exec(name)?.[1];
  return owner !== undefined && hasEnded(owner);
}

/**
 * Ends the server whose directory it is, if it runs, and removes all that it has written.
 *
 * @throws {Error} it is no directory of a server: that is never removed, whoever asks for it by mistake
 */
export async function removeServerDirectory(directory: string): Promise<void> {
  if (!NAME.test(basename(directory))) throw new Error(`${directory} is not the directory of a server of tests.`);
  await endServer(directory);
  // A server's processes outlive it for a moment, and may write into what is being removed.
  rmSync(directory, { recursive: true, force: true, maxRetries: 50, retryDelay: 20 });
}

async function endServer(directory: string): Promise<void> {
  const pid = serverOf(directory);
  if (pid === undefined) return;
  for (const [signal, tries] of [
    ['SIGQUIT', 500],
    ['SIGKILL', 500],
  ] as const) {
    if (!isServerOf(directory, pid)) return;
    process.kill(pid, signal);
    for (let waited = 0; waited < tries && isServerOf(directory, pid); waited += 1) await sleep(10);
  }
}

function serverOf(directory: string): number | undefined {
  try {
    return Number(readFileSync(join(directory, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    return undefined;
  }
}

/** Its number may since have been given to another process, which is none of our business. */
function isServerOf(directory: string, pid: number): boolean {
  return commandOf(pid)?.includes(directory) ?? false;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
