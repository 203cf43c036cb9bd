import { type DatabaseStatus, openSqliteDatabase, sqliteVersion } from '@iron/db';
import { neededNode, readVersion } from '../version.ts';
import { type Findings, NOTHING_FOUND } from './doctor-check.ts';

/** What runs here. */
export interface Versions {
  readonly iron: string;
  readonly node: string;
  /** The SQLite inside the driver. */
  readonly sqlite: string;
  /** `PostgreSQL 18.4`; null for a file, and for a server that cannot be asked. */
  readonly server: string | null;
  /** The newest migration in the database, `012`; null where that cannot be read. */
  readonly schema: string | null;
}

/** @param status of the database, if it can be read: its checks say why not */
export async function readVersions(status: DatabaseStatus | undefined): Promise<Versions> {
  const newest = status?.applied.at(-1);
  using memory = await openSqliteDatabase({ kind: 'memory' });
  return {
    iron: readVersion(),
    node: process.versions.node,
    sqlite: sqliteVersion(memory),
    server: status?.server ?? null,
    schema: newest ? String(newest.number).padStart(3, '0') : null,
  };
}

/** Whether the Node.js is one that Iron runs on. */
export function checkNode({ node }: Versions, needed = neededNode()): Findings {
  if (!isOlder(node, needed)) return NOTHING_FOUND;
  const problems = [`Node.js ${node} is older than ${needed}, the first with which Iron is tested`];
  return { problems, hint: 'Get a newer one from https://nodejs.org or with a version manager.' };
}

function isOlder(version: string, needed: string): boolean {
  return version.localeCompare(needed, 'en', { numeric: true }) < 0;
}
