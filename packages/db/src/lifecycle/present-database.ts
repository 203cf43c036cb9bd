import { statSync } from 'node:fs';
import { CorruptDatabaseError, DatabaseInUseError, NotSqliteError } from '../connection/connection-errors.ts';
import { examineFile } from '../connection/examine-file.ts';
import { findHolders } from '../connection/file-holders.ts';
import { isEmptyDatabase, isProductionDatabase, requireIron } from '../connection/identity.ts';
import { hasIronHeader, hasProductionHeader } from '../connection/file-header.ts';
import { requireWritable } from '../connection/require-writable.ts';
import { explainDatabaseError } from '../connection/sqlite-error.ts';

/** What stands at a path that is to be replaced. */
export type PresentDatabase =
  /** No file, or one without a single byte; what a process that died left beside it may be there. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'whole'; readonly isProduction: boolean }
  | { readonly kind: 'damaged'; readonly isProduction: boolean };

/**
 * Looks at what is to be replaced, and refuses what must not be: another program's file, and a database that
 * somebody has open. The caller holds the lifecycle lock.
 *
 * @throws {DatabaseInUseError} a process has it open
 * @throws {NotSqliteError | NotIronError} it is not a database of Iron's
 * @throws {DatabaseNotWritableError} the person who replaces it may not write to it
 */
export function examineDatabase(path: string): PresentDatabase {
  const holders = findHolders(path);
  if (holders && holders.length > 0) throw new DatabaseInUseError(path, holders);
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return { kind: 'missing' };
  requireWritable(path);
  try {
    return examineReadable(path);
  } catch (error) {
    const reason = explainDatabaseError(error, path);
    if (!(reason instanceof CorruptDatabaseError || reason instanceof NotSqliteError)) throw reason;
    if (!hasIronHeader(path)) throw new NotSqliteError(path, error);
    return { kind: 'damaged', isProduction: hasProductionHeader(path) };
  }
}

function examineReadable(path: string): PresentDatabase {
  return examineFile(path, (connection) => {
    requireIron(connection, path);
    if (isEmptyDatabase(connection)) return { kind: 'empty' };
    return { kind: 'whole', isProduction: isProductionDatabase(connection) };
  });
}

/** Whether what stands there is, or was before it was damaged, a database of production. */
export function isProduction(present: PresentDatabase): boolean {
  return (present.kind === 'whole' || present.kind === 'damaged') && present.isProduction;
}
