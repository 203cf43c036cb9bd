import { databaseStatus, openSqliteDatabase, sqliteVersion } from '@iron/db';
import { neededNode, readVersion } from '../version.ts';
import { type Findings, NOTHING_FOUND } from './doctor-check.ts';

/** What runs here. */
export interface Versions {
  readonly iron: string;
  readonly node: string;
  /** The SQLite inside the driver. */
  readonly sqlite: string;
  /** The newest migration in the database, `012`; null where that cannot be read. */
  readonly schema: string | null;
}

/** @param path the file of the database, if it is known */
export async function readVersions(path: string | undefined): Promise<Versions> {
  using memory = await openSqliteDatabase({ kind: 'memory' });
  return {
    iron: readVersion(),
    node: process.versions.node,
    sqlite: sqliteVersion(memory),
    schema: path === undefined ? null : readSchema(path),
  };
}

function readSchema(path: string): string | null {
  try {
    const newest = databaseStatus(path).applied.at(-1);
    return newest ? String(newest.number).padStart(3, '0') : null;
  } catch {
    return null; // the checks of the database say why
  }
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
