import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { explainDatabaseError } from './sqlite-error.ts';

/**
 * SQLite opens what it cannot write to for reading, and says so only at the first write.
 *
 * @throws {DatabaseNotWritableError} the file, or the folder that its journal belongs in, cannot be written
 */
export function requireWritable(path: string): void {
  try {
    for (const place of [path, dirname(path)]) accessSync(place, constants.W_OK);
  } catch (error) {
    throw explainDatabaseError(error, path);
  }
}
