import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyAllMigrations, type Migration, openSqliteDatabase, seedDatabase, type SqliteDatabase } from '@iron/db';
import { originOf, templateKey } from './template-key.ts';
import { makeOwnedFolder, removeFolder } from './test-folders.ts';

/** The name of a template in the private folder. */
export const TEMPLATE_FILE = /^template-[0-9a-f]{64}$/;

/**
 * The bytes of a database to which the migrations have been applied, and nothing else. They are made once for all
 * processes of this user; processes that make them at the same moment each put the whole file in its place.
 */
export async function loadTemplate(root: string, migrations: readonly Migration[]): Promise<Uint8Array> {
  const path = join(root, `template-${templateKey(await originOf(migrations))}`);
  return readTemplate(path) ?? (await makeTemplate(root, path, migrations));
}

/** The bytes of the template with the development data put in at `now`. */
export async function seedTemplate(root: string, template: Uint8Array, now: number): Promise<Uint8Array> {
  return await inOwnedFolder(root, (folder) =>
    makeImage(folder, template, (database) => seedDatabase(database, { now: () => now })),
  );
}

async function makeTemplate(root: string, path: string, migrations: readonly Migration[]): Promise<Uint8Array> {
  return await inOwnedFolder(root, async (folder) => {
    const image = await makeImage(folder, new Uint8Array(), (database) =>
      applyAllMigrations(database, { migrations, environment: 'test' }),
    );
    const unfinished = join(folder, 'template');
    writeFileSync(unfinished, Buffer.concat([digestOf(image), image]), { mode: 0o600, flush: true });
    renameSync(unfinished, path);
    return image;
  });
}

/** The bytes of a database file after `work`; it starts with the bytes `start`. */
async function makeImage(
  folder: string,
  start: Uint8Array,
  work: (database: SqliteDatabase) => Promise<unknown>,
): Promise<Uint8Array> {
  const path = join(folder, 'image.db');
  writeFileSync(path, start, { mode: 0o600 });
  const database = await openSqliteDatabase({ kind: 'file', path, mode: 'rw' });
  try {
    await work(database);
  } finally {
    database.close(); // folds the write-ahead log back: one complete file
  }
  return readFileSync(path);
}

async function inOwnedFolder<T>(root: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = makeOwnedFolder(root);
  try {
    return await work(folder);
  } finally {
    removeFolder(folder);
  }
}

const DIGEST_BYTES = 32;

function digestOf(image: Uint8Array): Buffer {
  return createHash('sha256').update(image).digest();
}

/** The image in a template file; `undefined` when there is none, or its bytes are not those that were written. */
function readTemplate(path: string): Uint8Array | undefined {
  try {
    const content = readFileSync(path);
    const image = content.subarray(DIGEST_BYTES);
    return digestOf(image).equals(content.subarray(0, DIGEST_BYTES)) ? image : undefined;
  } catch {
    return undefined;
  }
}
