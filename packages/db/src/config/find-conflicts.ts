import { maskUrl } from '../connection/mask-url.ts';
import { describeSource } from './config-layer.ts';
import type { ConfigProblem } from './config-errors.ts';
import type { Environment } from '../connection/environment.ts';
import type { PostgresLocation } from '../connection/postgres-location.ts';
import type { Resolved, ResolvedSettings } from './resolve-settings.ts';

/** Settings that are each valid but cannot both be done, or not in this environment. */
export function findConflicts(settings: ResolvedSettings, environment: Environment): ConfigProblem[] {
  const { url, location, foreignKeys, autoSeed } = settings;
  const isProduction = environment === 'production';
  return [
    ...problemIf(
      isProduction && !foreignKeys.value,
      [foreignKeys],
      'database.foreign_keys must be true in production.',
    ),
    ...problemIf(
      isProduction && autoSeed.value,
      [autoSeed],
      'production.auto_seed must be false: seed data are for development.',
    ),
    ...(location.kind === 'memory' ? conflictsInMemory(settings) : []),
    ...(location.kind === 'postgres' ? conflictsOfPostgres(settings, location) : conflictsOfSqlite(settings)),
    ...problemIf(
      location.kind === 'file' && location.mode === 'ro' && autoSeed.value,
      [autoSeed, url],
      `${environment}.auto_seed must be false for a database that is only read (mode=ro).`,
    ),
  ];
}

function conflictsInMemory({ url, maxConnections, autoMigrate }: ResolvedSettings): ConfigProblem[] {
  return [
    ...problemIf(
      maxConnections.value > 1,
      [maxConnections, url],
      `database.max_connections must be 1 for a database in memory (${url.value}), found ${maxConnections.value}.`,
    ),
    ...problemIf(
      !autoMigrate.value,
      [autoMigrate, url],
      'database.auto_migrate must be true for a database in memory: it is empty each time it is opened.',
    ),
  ];
}

function conflictsOfSqlite({ url, passwordFile }: ResolvedSettings): ConfigProblem[] {
  if (passwordFile === undefined) return [];
  const text = `database.password_file is for PostgreSQL; ${maskUrl(url.value)} has no password.`;
  return problemIf(true, [passwordFile], text);
}

function conflictsOfPostgres(
  { url, passwordFile, foreignKeys }: ResolvedSettings,
  { password }: PostgresLocation,
): ConfigProblem[] {
  const isInUrl = password.kind !== 'file' && password.from === 'url';
  const found = password.kind === 'text' ? 'holds a password' : 'has a passfile';
  return [
    ...problemIf(
      !foreignKeys.value,
      [foreignKeys],
      'database.foreign_keys must be true for PostgreSQL: only SQLite can leave references unchecked.',
    ),
    ...(passwordFile === undefined || !isInUrl
      ? []
      : problemIf(
          true,
          [passwordFile, url],
          `database.password_file gives a password, and database.url ${found} as well; keep one of the two.`,
        )),
  ];
}

/** A problem is shown at the first of the settings that somebody wrote down. */
function problemIf(holds: boolean, settings: readonly Resolved<unknown>[], text: string): ConfigProblem[] {
  if (!holds) return [];
  const written = settings.find(({ source }) => source.kind !== 'default');
  return [{ where: written ? describeSource(written.source) : 'default', text }];
}
