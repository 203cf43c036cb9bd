import { chmodSync, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { PostgresServer, TcpProxy } from '@iron/test-postgres';
import type { Company } from './actors/company.ts';
import type { Engine } from './plan.ts';
import { takeRoom } from './server-room.ts';
import type { SmallDisk } from './stage/small-disk.ts';

/** What befalls everybody for a while. */
export type Fault =
  | 'full disk'
  | 'read-only'
  | 'cut connections'
  | 'silent network'
  | 'lost answers'
  | 'refused connections'
  | 'server restarted'
  | 'server crashed'
  | 'server disk full'
  | 'server log full';

/** Those that each engine can meet with. */
export const FAULTS: Readonly<Record<Engine, readonly Fault[]>> = {
  sqlite: ['full disk', 'read-only'],
  postgres: [
    'full disk',
    'cut connections',
    'silent network',
    'lost answers',
    'refused connections',
    'server restarted',
    'server crashed',
    'server disk full',
    'server log full',
  ],
};

const FEW_BLOCKS = 600;

/** What can be broken. */
export interface Breakable {
  readonly disk: SmallDisk | undefined;
  /** A file of the database, which is made read-only with its folder; of a server there is none. */
  readonly file?: string;
  readonly server?: PostgresServer;
  /** On which the server is, with its programs where that must be. */
  readonly serverDisk?: SmallDisk | undefined;
  readonly proxy?: TcpProxy;
}

/** Begins a fault. @returns ends it */
export async function bringAbout(
  fault: Fault,
  { disk, file, server, serverDisk, proxy }: Breakable,
  company: Pick<Company, 'replaceAll'>,
): Promise<() => Promise<void>> {
  switch (fault) {
    case 'full disk':
      if (!disk) return await limitFiles(company);
      disk.fill();
      return async () => disk.empty();
    case 'read-only':
      return makeReadOnly(file ?? '');
    case 'cut connections':
      proxy?.cut();
      return async () => proxy?.cut();
    case 'silent network':
      proxy?.hang();
      return async () => proxy?.resume();
    case 'lost answers':
      proxy?.hang('answers');
      return async () => {
        proxy?.cut();
        proxy?.resume();
      };
    case 'refused connections':
      await proxy?.refuse();
      proxy?.cut();
      return async () => await proxy?.accept();
    case 'server restarted':
      await server?.stop('fast');
      return async () => await server?.start();
    case 'server crashed':
      await server?.stop('immediate');
      return async () => await server?.start();
    case 'server disk full':
    case 'server log full':
      if (!server || !serverDisk)
        return await bringAbout('server crashed', { disk, ...(server && { server }) }, company);
      return await takeRoom(server, serverDisk, fault === 'server log full' ? 'log' : 'data');
  }
}

/** Where no disk can be mounted: to processes that cannot write a file beyond so many blocks it looks like a full one. */
async function limitFiles(company: Pick<Company, 'replaceAll'>): Promise<() => Promise<void>> {
  await company.replaceAll(`trap '' XFSZ; ulimit -f ${FEW_BLOCKS}`);
  return async () => await company.replaceAll();
}

function makeReadOnly(file: string): () => Promise<void> {
  const paths = [`${file}-wal`, `${file}-shm`, `${file}-lock`, file, dirname(file)].filter((path) => existsSync(path));
  const modes = paths.map((path) => statSync(path).mode);
  for (const [place, path] of paths.entries()) chmodSync(path, (modes[place] ?? 0) & 0o555);
  return async () => {
    for (const [place, path] of paths.entries()) if (existsSync(path)) chmodSync(path, modes[place] ?? 0);
  };
}
