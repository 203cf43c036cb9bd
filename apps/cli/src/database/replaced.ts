import type { ResetReport } from '@iron/db';
import type { Context } from '../context.ts';
import { shellCommand } from '../output/shell-command.ts';
import type { ChosenDatabase } from './choose-database.ts';

/** What a reset and a restore say about the database that was there. */
type Replacement = Pick<ResetReport, 'backup' | 'setAside'>;

/** The command that brings the replaced database back, or null where there is none to bring back. */
export function undoCommand(
  { backup }: Replacement,
  database: ChosenDatabase,
  { program }: Pick<Context, 'program'>,
): string | null {
  return backup && shellCommand([...program, 'db', 'restore', '--last', ...database.flag]);
}

/** What became of the database that was there. */
export function replacedLines({ backup, setAside }: Replacement, undo: string | null): [string, string][] {
  if (setAside) return [['Set aside', `${setAside} (${wasLog(setAside) ? LOG_ALONE : DAMAGED})`]];
  if (backup && undo)
    return [
      ['Backup', backup.path],
      ['Undo', undo],
    ];
  return [['Backup', 'none: there was nothing to back up']];
}

const DAMAGED = 'the damaged database that was there';
const LOG_ALONE = 'the log of a database that is gone: all that was left of it';

function wasLog(file: string): boolean {
  return !file.endsWith('.db');
}
