import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PostgresServer, startPostgres } from '@iron/test-postgres';

/** As a server is set up that nobody has tuned: whatever is acknowledged is on the disk. */
const SETTINGS = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  wal_level: 'replica',
  min_wal_size: '80MB',
  max_wal_size: '1GB',
};

/** A PostgreSQL server in that folder, which its own user has to be able to enter. */
export async function startBenchServer(folder: string): Promise<PostgresServer> {
  return await startPostgres({ folder, settings: SETTINGS });
}

const TICKS_A_SECOND = 100;

/** How long all its processes have run so far, in seconds of a processor; `null` where the system does not say. */
export function processorSecondsOf({ directory }: PostgresServer): number | null {
  if (process.platform !== 'linux') return null;
  const [postmaster = ''] = readFileSync(join(directory, 'data', 'postmaster.pid'), 'utf8').split('\n');
  const ticks = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ticksOf(pid, postmaster));
  return ticks.reduce((one, other) => one + other, 0) / TICKS_A_SECOND;
}

/** Of the postmaster also what those of its processes took that have ended. */
function ticksOf(pid: string, postmaster: string): number {
  const [, parent, ...fields] = statOf(pid);
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(9, 13).map(Number);
  if (pid === postmaster) return user + system + endedUser + endedSystem;
  return parent === postmaster ? user + system : 0;
}

/** What follows the name of a process in /proc/<pid>/stat: its state, its parent, … */
function statOf(pid: string): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return []; // it has ended meanwhile
  }
}
