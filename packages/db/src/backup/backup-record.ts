import { existsSync, readFileSync, readdirSync, rmSync, type Stats, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { requireBackupFolder } from './backup-folder.ts';
import { type BackupPlace, backupNamePattern, backupPlace } from './backup-names.ts';

/** Why a backup was made. */
const BACKUP_REASONS = ['manual', 'reset', 'restore', 'migrate'] as const;
/** Why a backup was made: by hand, or before a command that replaces or migrates the database. */
export type BackupReason = (typeof BACKUP_REASONS)[number];

/** A file that Iron made and verified, as its manifest (`<file>.json`, beside it) records it. */
export interface BackupRecord {
  /** Absolute path of the backup. */
  readonly path: string;
  /** Counts up with every backup of a database: tells which is newer whatever the clock said. */
  readonly sequence: number;
  readonly reason: BackupReason;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
  readonly sizeBytes: number;
  /** Rows by table, when it was made. */
  readonly rows: Readonly<Record<string, number>>;
  /** Rows that refer to a row that does not exist: the database had them, and so has its backup. */
  readonly referenceViolations: number;
  /** SHA-256 of the file, in hexadecimal; of a PostgreSQL database. */
  readonly checksum?: string | undefined;
  /** The migrations that it had; of a PostgreSQL database. */
  readonly migrations?: readonly BackedUpMigration[] | undefined;
}

/** A migration of a backed up database. */
interface BackedUpMigration {
  readonly number: number;
  /** SHA-256 of its text, in hexadecimal, or `null` where its guard had none. */
  readonly checksum: string | null;
  /** Milliseconds since the epoch, or `null` where its guard had no row. */
  readonly appliedAt: number | null;
}

/** A file in the backups' folder that is named like a backup. */
export type BackupListing =
  | (BackupRecord & { readonly verified: true })
  | { readonly path: string; readonly verified: false; readonly sizeBytes: number; readonly problem: string };

const manifestSchema = z.strictObject({
  /** The name of the database file, or the server's and the database's: others have backups of the same names. */
  database: z.string(),
  /** The name of the backup's own file: a copy of a backup is none, also with a copy of its manifest. */
  file: z.string(),
  sequence: z.int().positive(),
  reason: z.enum(BACKUP_REASONS),
  madeAt: z.int(),
  sizeBytes: z.int().nonnegative(),
  rows: z.record(z.string(), z.int().nonnegative()),
  referenceViolations: z.int().nonnegative(),
  checksum: z.string().optional(),
  migrations: z
    .array(z.strictObject({ number: z.int(), checksum: z.string().nullable(), appliedAt: z.int().nullable() }))
    .optional(),
});

/** Far more than any manifest has. */
const MOST_BYTES = 2 ** 20;

/** The manifest's text for a backup of `database`. */
export function manifestText({ path, ...record }: BackupRecord, database: string): string {
  return `${JSON.stringify({ database, file: basename(path), ...record }, null, 2)}\n`;
}

export function manifestPath(backup: string): string {
  return `${backup}.json`;
}

/**
 * Every file named like a backup of the database at `path`: the verified ones first, newest first. A file without a
 * manifest of its own, or of another size than it says, is listed as not verified: Iron did not make it, or not so.
 * One whose manifest names another database is left out.
 */
export function listBackups(path: string): BackupListing[] {
  return listBackupsIn(backupPlace(path));
}

/** {@link listBackups}, of any database. */
export function listBackupsIn(place: BackupPlace): BackupListing[] {
  const { folder, database } = place;
  if (!requireBackupFolder(folder)) return [];
  const pattern = backupNamePattern(place);
  const listings = readdirSync(folder)
    .filter((name) => pattern.test(name))
    .flatMap((name) => readListing(join(folder, name), database));
  return listings.toSorted((one, other) => sequenceOf(other) - sequenceOf(one) || (one.path < other.path ? 1 : -1));
}

/** Removes the manifests that a killed process left without their backup. The caller holds the lifecycle lock. */
export function removeOrphanedManifests(place: BackupPlace): void {
  const { folder } = place;
  const pattern = backupNamePattern(place);
  const names = readdirSync(folder).filter((name) => pattern.test(name.replace(/\.json$/, '')));
  for (const name of names.filter((candidate) => candidate.endsWith('.json'))) {
    const backup = name.slice(0, -'.json'.length);
    if (!existsSync(join(folder, backup)) && readManifest(join(folder, name)).data?.file === backup) {
      rmSync(join(folder, name));
    }
  }
}

/** The verified backups of the database at `path`, newest first. */
export function verifiedBackups(path: string): BackupRecord[] {
  return verifiedBackupsIn(backupPlace(path));
}

/** {@link verifiedBackups}, of any database. */
export function verifiedBackupsIn(place: BackupPlace): BackupRecord[] {
  return listBackupsIn(place).filter((listing) => listing.verified);
}

function sequenceOf(listing: BackupListing): number {
  return listing.verified ? listing.sequence : 0;
}

function readListing(path: string, database: string): BackupListing[] {
  const stats = statWhere(path);
  const sizeBytes = stats?.size ?? 0;
  const unverified = (problem: string): BackupListing[] => [{ path, verified: false, sizeBytes, problem }];
  if (!stats?.isFile()) return unverified('it is not a file');
  if (!statWhere(manifestPath(path))?.isFile()) return unverified('it has no manifest');
  const manifest = readManifest(manifestPath(path));
  if (!manifest.success) return unverified('its manifest cannot be read');
  const { database: madeOf, file, ...record } = manifest.data;
  if (madeOf !== database) return [];
  if (file !== basename(path)) return unverified('its manifest is that of another file');
  if (record.sizeBytes !== sizeBytes) return unverified('its size is not the one in its manifest');
  return [{ path, verified: true, ...record }];
}

function readManifest(file: string) {
  return manifestSchema.safeParse(readJson(file));
}

function readJson(file: string): unknown {
  try {
    const stats = statSync(file);
    return stats.isFile() && stats.size <= MOST_BYTES ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  } catch {
    return undefined;
  }
}

/** Nothing where nothing is, and where a link leads nowhere or round and round. */
function statWhere(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
