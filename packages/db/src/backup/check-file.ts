import type Database from 'better-sqlite3';
import { CorruptDatabaseError, NotSqliteError } from '../connection/connection-errors.ts';
import { readUntouched } from '../connection/read-untouched.ts';
import { explainDatabaseError } from '../connection/sqlite-error.ts';
import { countRows } from '../structure/count-rows.ts';
import { type DatabaseStructure, readStructure } from '../structure/read-structure.ts';

/** What a full check of a database file found. */
export interface FileCheck {
  /** What `PRAGMA integrity_check` complains of; nothing when the file is whole. */
  readonly damage: readonly string[];
  /** Rows that refer to a row that does not exist. */
  readonly referenceViolations: number;
  readonly rows: Readonly<Record<string, number>>;
  readonly structure: DatabaseStructure;
}

/** Keeps the search through large indexes in memory, and no more than that. */
const CHECK_CACHE_KIB = 65_536;

/** Reads every page of a database file and every row of its indexes. Blocks: see `checkFileInWorker`. */
export function checkFile(path: string): FileCheck {
  try {
    return checkReadableFile(path);
  } catch (error) {
    const cause = explainDatabaseError(error, path);
    if (!(cause instanceof CorruptDatabaseError || cause instanceof NotSqliteError)) throw cause;
    return { damage: [cause.message], referenceViolations: 0, rows: {}, structure: { tables: [], views: [] } };
  }
}

function checkReadableFile(path: string): FileCheck {
  return readUntouched(path, (connection) => {
    connection.pragma(`cache_size = -${CHECK_CACHE_KIB}`);
    const damage = integrityProblems(connection);
    return {
      damage,
      referenceViolations: countReferenceViolations(connection),
      rows: countRows(connection),
      structure: readStructure(connection),
    };
  });
}

/** What SQLite's own check says against the database; at most 100 sentences. */
function integrityProblems(connection: Database.Database): string[] {
  const lines = connection.prepare<[], string>('PRAGMA integrity_check(100)').pluck().all();
  return lines.length === 1 && lines[0] === 'ok' ? [] : lines;
}

function countReferenceViolations(connection: Database.Database): number {
  let count = 0;
  for (const _violation of connection.prepare('PRAGMA foreign_key_check').iterate()) count += 1;
  return count;
}
