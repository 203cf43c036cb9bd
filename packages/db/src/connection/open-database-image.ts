import Database from 'better-sqlite3';
import { requireIron } from './identity.ts';
import { type SqliteDatabase, sqliteDatabase } from './sqlite-database.ts';
import { applySettings } from './open-connection.ts';
import { explainDatabaseError } from './sqlite-error.ts';

/**
 * Opens a copy, in memory, of a database file whose bytes are `image`; neither the bytes nor the file change. The
 * image is of a database that nobody had open: what is still in a `-wal` beside the file is not in it.
 *
 * @throws {NotSqliteError | NotIronError | CorruptDatabaseError} the bytes are something else
 */
export function openDatabaseImage(image: Uint8Array): SqliteDatabase {
  let connection: Database.Database | undefined;
  try {
    connection = new Database(withoutWriteAheadLog(image));
    applySettings(connection);
    requireIron(connection, IMAGE);
    return sqliteDatabase(connection, ':memory:', 1);
  } catch (error) {
    connection?.close();
    throw explainDatabaseError(error, IMAGE);
  }
}

const IMAGE = 'The database image';

/** Where the header says whether a write-ahead log belongs to the file: 1 no, 2 yes (sqlite.org/fileformat2.html). */
const WRITE_VERSION = 18;
const READ_VERSION = 19;

/** A database in memory has no log, and SQLite refuses to read one that should have. */
function withoutWriteAheadLog(image: Uint8Array): Buffer {
  const copy = Buffer.from(image);
  if (copy[WRITE_VERSION] === 2 && copy[READ_VERSION] === 2) copy.fill(1, WRITE_VERSION, READ_VERSION + 1);
  return copy;
}
