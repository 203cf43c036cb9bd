import { statSync } from 'node:fs';
import { shellCommand } from '../output/shell-command.ts';
import type { Findings } from './doctor-check.ts';

/** Anything that the group and others may do. */
const FOR_OTHERS = 0o077;
const BESIDE = ['', '-wal', '-shm', '-journal'] as const;

/** The file of a database, and what lies beside it while it is in use. */
export function filesOf(database: string): string[] {
  return BESIDE.map((suffix) => database + suffix);
}

/** Whether only their owner has access to files. Those that do not exist are passed over. */
export function checkFileModes(files: readonly string[]): Findings {
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
