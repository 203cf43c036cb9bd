import { statSync } from 'node:fs';
import { listBackups } from '@iron/db';
import { shellCommand } from '../output/shell-command.ts';
import type { Findings } from './doctor-check.ts';

/** Anything that the group and others may do. */
const FOR_OTHERS = 0o077;
const BESIDE = ['', '-wal', '-shm', '-journal'] as const;

/** What lies where others than its owner may not read it. */
export interface PrivateFiles {
  readonly database: string;
  /** The configuration file of production, if there is one. */
  readonly configuration: string | null;
}

/** Whether only their owner has access to the database, what lies beside it, its backups, and the configuration. */
export function checkFileModes({ database, configuration }: PrivateFiles): Findings {
  const files = [
    ...BESIDE.map((suffix) => database + suffix),
    ...listBackups(database).map(({ path }) => path),
    ...(configuration === null ? [] : [configuration]),
  ];
  const open = files.flatMap((path) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats && (stats.mode & FOR_OTHERS) !== 0 ? [{ path, mode: stats.mode & 0o777 }] : [];
  });
  return {
    problems: open.map(
      ({ path, mode }) =>
        `others than its owner have access to ${path} (mode ${mode.toString(8).padStart(4, '0')}, not 0600)`,
    ),
    hint: `Run \`${shellCommand(['chmod', '600', ...open.map(({ path }) => path)])}\`.`,
  };
}
