import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Migration, openSqliteDatabase } from '@iron/db';

/** What the making of a template depends on. */
export interface TemplateOrigin {
  readonly migrations: readonly Migration[];
  /** A digest of the code that applies them. */
  readonly code: string;
  readonly sqliteVersion: string;
}

/** Counts up when the way in which testkit makes or stores templates changes. */
const LAYOUT = 1;

/** Names a template by everything it is made from, so that one made from anything else is never taken for it. */
export function templateKey({ migrations, code, sqliteVersion }: TemplateOrigin): string {
  const files = migrations.map(({ file, checksum }) => [file, checksum]);
  return createHash('sha256')
    .update(JSON.stringify([LAYOUT, files, code, sqliteVersion]))
    .digest('hex');
}

/** The origin of a template that is made here and now. */
export async function originOf(migrations: readonly Migration[]): Promise<TemplateOrigin> {
  using database = await openSqliteDatabase('sqlite::memory:');
  const sqliteVersion = String(database.connection.prepare('SELECT sqlite_version()').pluck().get());
  const code = digestCode(dirname(fileURLToPath(import.meta.resolve('@iron/db'))));
  return { migrations, code, sqliteVersion };
}

const CODE_FILE = /(?<!\.test|\.fixture|\.d)\.[jt]s$/;

/** A digest of all program files of a folder. */
function digestCode(folder: string): string {
  const digest = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => CODE_FILE.test(file));
  for (const file of files.toSorted()) digest.update(file).update(readFileSync(join(folder, file)));
  return digest.digest('hex');
}
