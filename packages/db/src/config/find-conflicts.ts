import { describeSource } from './config-layer.ts';
import type { ConfigProblem } from './config-errors.ts';
import type { Environment } from '../connection/environment.ts';
import type { Resolved, ResolvedSettings } from './resolve-settings.ts';

/** Settings that are each valid but cannot both be done, or not in this environment. */
export function findConflicts(settings: ResolvedSettings, environment: Environment): ConfigProblem[] {
  const { url, location, maxConnections, autoMigrate, foreignKeys, autoSeed } = settings;
  const isProduction = environment === 'production';
  const isMemory = location.kind === 'memory';
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
    ...problemIf(
      isMemory && maxConnections.value > 1,
      [maxConnections, url],
      `database.max_connections must be 1 for a database in memory (${url.value}), found ${maxConnections.value}.`,
    ),
    ...problemIf(
      isMemory && !autoMigrate.value,
      [autoMigrate, url],
      'database.auto_migrate must be true for a database in memory: it is empty each time it is opened.',
    ),
    ...problemIf(
      location.kind === 'file' && location.mode === 'ro' && autoSeed.value,
      [autoSeed, url],
      `${environment}.auto_seed must be false for a database that is only read (mode=ro).`,
    ),
  ];
}

/** A problem is shown at the first of the settings that somebody wrote down. */
function problemIf(holds: boolean, settings: readonly Resolved<unknown>[], text: string): ConfigProblem[] {
  if (!holds) return [];
  const written = settings.find(({ source }) => source.kind !== 'default');
  return [{ where: written ? describeSource(written.source) : 'default', text }];
}
