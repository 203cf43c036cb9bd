import type Database from 'better-sqlite3';
import { RecoveryNeededError } from './connection-errors.ts';
import { hasIronHeader } from './iron-header.ts';
import { openConnection } from './open-connection.ts';
import { openUntouched } from './open-untouched.ts';

/**
 * Opens a file that is to be copied or replaced, if it turns out to be one of Iron's. Before that is known it is not
 * written to: a writer would fold a log back, or roll a journal back, on closing too.
 */
export function openToExamine(path: string): Database.Database {
  try {
    return openUntouched(path);
  } catch (error) {
    if (error instanceof RecoveryNeededError && hasIronHeader(path)) return openConnection(path);
    throw error;
  }
}
