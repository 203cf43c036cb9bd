import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabaseImage, openSqliteDatabase, type SqliteDatabase } from '@iron/db';
import { type Keeping, announceKept } from './keeping.ts';
import { keepFolder, makeKeptFolder, makeOwnedFolder, removeFolder } from './test-folders.ts';

/** A database of a test's own, gone at the end of its `await using` block. */
export interface TestDb extends AsyncDisposable {
  readonly db: SqliteDatabase;
  /** Absolute path of the database file, or `:memory:`. */
  readonly path: string;
  /** Absolute path of the folder that holds the file and what belongs to it, or `null` in memory. */
  readonly folder: string | null;
}

/** A {@link TestDb} in a file. */
export interface TestDbFile extends TestDb {
  readonly folder: string;
}

const FILE_NAME = 'test.db';

/** Opens a copy of the image in a new folder below `root`. */
export async function openInFile(root: string, image: Uint8Array, keeping: Keeping): Promise<TestDbFile> {
  const folder = keeping.databases === 'all' ? makeKeptFolder(root) : makeOwnedFolder(root);
  const path = join(folder, FILE_NAME);
  try {
    writeFileSync(path, image, { mode: 0o600 });
    const db = await openSqliteDatabase({ kind: 'file', path, mode: 'rw' });
    if (keeping.databases === 'all') announceKept(path); // now, and not at the end: it may be wanted while a test hangs
    return { db, path, folder, [Symbol.asyncDispose]: once(async () => await endInFile(db, folder, keeping)) };
  } catch (error) {
    removeFolder(folder);
    throw error;
  }
}

async function endInFile(db: SqliteDatabase, folder: string, keeping: Keeping): Promise<void> {
  try {
    db.close();
  } finally {
    await keeping.whenOver(async (stays) => {
      if (!stays) removeFolder(folder);
      else if (keeping.databases !== 'all') announceKept(join(keepFolder(folder), FILE_NAME));
    });
  }
}

/** Opens a copy of the image in memory. If it is to stay, it is written to a folder below `root` at the end. */
export function openInMemory(root: string, image: Uint8Array, keeping: Keeping): TestDb {
  const db = openDatabaseImage(image);
  return {
    db,
    path: db.path,
    folder: null,
    [Symbol.asyncDispose]: once(async () => await endInMemory(db, root, keeping)),
  };
}

async function endInMemory(db: SqliteDatabase, root: string, keeping: Keeping): Promise<void> {
  const mayStay = keeping.databases !== 'none' && db.connection.open;
  const left = mayStay ? db.connection.serialize() : undefined;
  db.close();
  await keeping.whenOver(async (stays) => {
    if (!stays || !left) return;
    const path = join(makeKeptFolder(root), FILE_NAME);
    writeFileSync(path, left, { mode: 0o600 });
    announceKept(path);
  });
}

/** What is disposed of twice ends once. */
export function once(end: () => Promise<void>): () => Promise<void> {
  let ending: Promise<void> | undefined;
  return async () => await (ending ??= end());
}
