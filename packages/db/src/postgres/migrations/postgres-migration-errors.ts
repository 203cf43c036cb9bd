import { IronError } from '@iron/errors';
import { quoteName } from '../../structure/quote-name.ts';

/** A connection that is in the way, as `pg_stat_activity` shows it. What the server does not show is `null`. */
export interface LockHolder {
  readonly pid: number;
  readonly applicationName: string | null;
  /** Of the machine that it comes from; `null` also where it came through a socket. */
  readonly address: string | null;
  /** Of its transaction, or of the connection where it is in none. Milliseconds since the epoch. */
  readonly since: number | null;
}

/** A migration waited for somebody who uses a table, and gave up so as not to keep others waiting behind it. */
export class MigrationBlockedError extends IronError {
  readonly code = 'migration.blocked';
  readonly holders: readonly LockHolder[];
  /** @param what the migration, as its file and line, or what it waited for */
  constructor(path: string, what: string, holders: readonly LockHolder[], waitedMs: number, cause?: unknown) {
    super(`${what} was rolled back: for ${waitedMs / 1_000} seconds ${tellHolders(holders)} was in its way.`, {
      hint: 'The database is as it was before. Wait until that is done, or end it (pg_terminate_backend), and run the command again.',
      details: { path, pids: pidsOf(holders) },
      cause,
    });
    this.holders = holders;
  }
}

/** To check a migration, its result is built once more beside it, and this user may not do that. */
export class SchemaRefusedError extends IronError {
  readonly code = 'migration.no_scratch_schema';
  constructor(path: string, database: string, user: string) {
    super(`${path} cannot be migrated by this user: it may not create a schema in the database.`, {
      hint: `Migrate as the owner of the database, or: GRANT CREATE ON DATABASE ${quoteName(database)} TO ${quoteName(user)}. What is built there for comparison is rolled back at once.`,
      details: { path },
    });
  }
}

function pidsOf(holders: readonly LockHolder[]): string {
  return holders.map(({ pid }) => pid).join(' ');
}

function tellHolders(holders: readonly LockHolder[]): string {
  return holders.map(tellHolder).join(', ') || 'somebody who is gone by now';
}

function tellHolder({ pid, applicationName, address, since }: LockHolder): string {
  const facts = [
    ...(applicationName ? [applicationName] : []),
    ...(address ? [`from ${address}`] : []),
    ...(since === null ? [] : [`since ${new Date(since).toISOString()}`]),
  ];
  return `the server's process ${pid}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`;
}
