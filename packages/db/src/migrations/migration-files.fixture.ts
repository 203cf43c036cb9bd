import { copyFileSync, mkdtempDisposableSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MIGRATIONS_FOLDER } from './migrations-folder.ts';
import { type Migration, readMigrations } from './read-migrations.ts';

/** SQL by the name of the migration file. */
export type MigrationFiles = Readonly<Record<string, string>>;

/** The header of every file made here; its SQL begins on the line after it. */
const HEADER = [
  '-- Why: a test',
  '-- Adds: what it says',
  '-- Rewrites: nothing',
  '-- Locks: none',
  '-- Undo: no need',
];

/** The line of a file on which its SQL begins. */
export const FIRST_LINE = HEADER.length + 2;

/** A migration file's text: with the header that it must have, and further lines of it such as `Shrinks: users`. */
export function migrationText(name: string, sql: string, ...more: readonly string[]): string {
  const title = `-- ${name.replace(/\.sql$/, '')}`;
  return [title, ...HEADER, ...more.map((line) => `-- ${line}`), sql].join('\n');
}

/** A folder that holds these files and nothing else, as they are. Gone at the end of the `using` block. */
export function folderWith(files: MigrationFiles): Disposable & { readonly path: string } {
  const { path, ...folder } = mkdtempDisposableSync(join(tmpdir(), 'iron-migrations-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return { path, [Symbol.dispose]: () => folder.remove() };
}

/** The first `count` of Iron's own migrations. */
export function ironMigrations(count = Number.POSITIVE_INFINITY): Migration[] {
  return readMigrations().slice(0, count);
}

/** All of Iron's own migrations, and after them these: SQL that gets a header, or a whole text that has one. */
export function ironMigrationsAnd(files: MigrationFiles): Migration[] {
  using folder = folderWith({});
  for (const name of readdirSync(MIGRATIONS_FOLDER))
    copyFileSync(join(MIGRATIONS_FOLDER, name), join(folder.path, name));
  for (const [name, sql] of Object.entries(files)) {
    writeFileSync(join(folder.path, name), sql.startsWith('-- ') ? sql : migrationText(name, sql));
  }
  return readMigrations(folder.path);
}
