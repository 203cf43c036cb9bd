import { copyFileSync, mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { numberText } from './migration-errors.ts';
import { MIGRATIONS_FOLDERS, type MigrationEngine } from './migrations-folder.ts';
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
export function ironMigrations(count = Number.POSITIVE_INFINITY, engine: MigrationEngine = 'sqlite'): Migration[] {
  return readMigrations(engine).slice(0, count);
}

/** Iron's own migrations, or the first `count` of them, and after them these: SQL that gets a header, or a whole text that has one. */
export function ironMigrationsAnd(
  files: MigrationFiles,
  count?: number,
  engine: MigrationEngine = 'sqlite',
): Migration[] {
  using folder = folderWith({});
  for (const { file } of ironMigrations(count, engine)) {
    copyFileSync(join(MIGRATIONS_FOLDERS[engine], file), join(folder.path, file));
  }
  for (const [name, sql] of Object.entries(files)) {
    writeFileSync(join(folder.path, name), sql.startsWith('-- ') ? sql : migrationText(name, sql));
  }
  return readMigrations(engine, folder.path);
}

/** The name of a migration file that follows Iron's own: the next one of them, or the one at that `place` after them. */
export function following(words: string, place = 1): string {
  return `${followingNumber(place)}_${words}.sql`;
}

/** The number of the migration at that `place` after Iron's own, as it is in names. */
export function followingNumber(place = 1): string {
  return numberText((ironMigrations().at(-1)?.number ?? 0) + place);
}
