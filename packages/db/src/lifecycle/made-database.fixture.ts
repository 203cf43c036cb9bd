import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Environment } from '../connection/environment.ts';
import { APPLICATION_ID } from '../connection/identity.ts';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { applyAllMigrations } from '../migrations/apply-all-migrations.ts';
import { readMigrations } from '../migrations/read-migrations.ts';
import { databaseFolder } from './database-folder.fixture.ts';
import { createFreshDatabase } from './fresh-database.ts';

/** The example of the database guide: 2024-12-11 14:30:00 UTC. */
export const GUIDE_TIME = Date.UTC(2024, 11, 11, 14, 30, 0);

interface MadeDatabase {
  readonly seed?: boolean;
  readonly environment?: Environment;
  /** A user by which the database is known again. */
  readonly marker?: string;
}

/** Makes a migrated database in WAL mode, closed, as Iron leaves one. */
export async function makeDatabase(path: string, options: MadeDatabase = {}): Promise<void> {
  const { seed = false, environment = 'development', marker = 'old' } = options;
  writeFileSync(path, await freshImage(seed, environment), { mode: 0o600 });
  using database = openRaw(path);
  database.connection.pragma('journal_mode = WAL');
  database.connection.prepare('UPDATE _iron SET instance_id = ?').run(randomUUID());
  addUser(database.connection, marker);
}

const images = new Map<string, Buffer>();

/** The bytes of a new database: made once, because every one is waited for on the disk. */
async function freshImage(seed: boolean, environment: Environment): Promise<Buffer> {
  const key = `${seed} ${environment}`;
  const made = images.get(key);
  if (made) return made;
  using folder = databaseFolder();
  await createFreshDatabase(folder.database, { seed, environment, now: () => GUIDE_TIME });
  const image = readFileSync(folder.database);
  images.set(key, image);
  return image;
}

/** A plain connection, without anything that Iron does when it opens a database. */
export function openRaw(path: string, options: Database.Options = {}): Disposable & { connection: Database.Database } {
  const connection = new Database(path, options);
  return { connection, [Symbol.dispose]: () => void connection.close() };
}

export function addUser(connection: Database.Database, name: string): void {
  connection
    .prepare("INSERT INTO users (id, username, role, created_at) VALUES (@name, @name, 'viewer', @at)")
    .run({ name, at: GUIDE_TIME });
}

/** Adds rows until the database has about so many bytes, so that copying it takes a while. */
export function addPayloads(path: string, bytes: number): void {
  using database = openRaw(path);
  const { connection } = database;
  const addToken = connection.prepare(
    'INSERT INTO api_tokens (id, token_hash, user_id, created_at) VALUES (1000, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const addTrace = connection.prepare(
    `INSERT INTO api_call_traces (token_id, provider, model, endpoint, request_payload, duration_ms, traced_at)
     VALUES (1000, 'openai', 'gpt-4o', '/v1/chat', ?, 1, ?)`,
  );
  const payload = 'x'.repeat(20_000);
  connection.transaction(() => {
    addToken.run('a'.repeat(64), 'bulk', GUIDE_TIME);
    for (let written = 0; written < bytes; written += payload.length) addTrace.run(payload, GUIDE_TIME);
  })();
}

/** The names of the users in a database file, read through a connection that is closed again. */
export function usersIn(path: string): string[] {
  using database = openRaw(path, { fileMustExist: true });
  return database.connection.prepare<[], string>('SELECT username FROM users ORDER BY username').pluck().all();
}

/** What SQLite's own check says; `ok` when the file is whole. */
export function integrityOf(path: string): unknown {
  using database = openRaw(path, { fileMustExist: true });
  return database.connection.pragma('integrity_check', { simple: true });
}

/** The database of another program. */
export function makeForeignDatabase(path: string, applicationId = 0): void {
  using database = openRaw(path);
  database.connection.exec("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('keep me')");
  database.connection.pragma(`application_id = ${applicationId}`);
}

/** An id of Iron's on a database without a single table. */
export function makeTablelessDatabase(path: string): void {
  using database = openRaw(path);
  database.connection.pragma(`application_id = ${APPLICATION_ID}`);
}

const PAGE_BYTES = 4_096;

/** Writes rubbish over a database file from this page on, counted from 1: over the ten pages there, or to its end. */
export function damagePages(path: string, first: number): void {
  const start = (first - 1) * PAGE_BYTES;
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill('?', start, Math.min(start + 10 * PAGE_BYTES, bytes.length)));
}

/** Makes a database as an older Iron left it, at migration 001, with 50 tokens that were used 100 times each. */
export async function makeOldDatabase(path: string): Promise<void> {
  oldImage ??= await makeOldImage();
  writeFileSync(path, oldImage, { mode: 0o600 });
}

let oldImage: Buffer | undefined;

async function makeOldImage(): Promise<Buffer> {
  using folder = databaseFolder();
  await fillOldDatabase(folder.database);
  return readFileSync(folder.database);
}

async function fillOldDatabase(path: string): Promise<void> {
  using database = await openSqliteDatabase({ kind: 'file', path, mode: 'rwc' });
  const migrations = readMigrations().slice(0, 1);
  await applyAllMigrations(database, { migrations, environment: 'development', now: () => GUIDE_TIME });
  const addToken = database.connection.prepare(
    'INSERT INTO api_tokens (id, token_hash, user_id, created_at) VALUES (?, ?, ?, ?)',
  );
  const addUsage = database.connection.prepare(
    `INSERT INTO token_usage (token_id, provider, model, input_tokens, output_tokens, total_tokens, recorded_at)
     VALUES (?, 'openai', 'gpt-4o', 1, 1, 2, ?)`,
  );
  database.transact(() => {
    for (let token = 1; token <= 50; token += 1) {
      addToken.run(token, token.toString(16).padStart(64, '0'), `user ${token}`, GUIDE_TIME);
      for (let call = 0; call < 100; call += 1) addUsage.run(token, GUIDE_TIME + call);
    }
  });
}

/** Puts other letters over the text of the first row in an index of that one text, the last one in the file. */
export function overwriteIndexedText(path: string, text: string): void {
  const bytes = readFileSync(path);
  const header = [3, 13 + 2 * text.length, 9]; // three bytes: so long a text, and row 1 (sqlite.org/fileformat2.html)
  const start = bytes.lastIndexOf(Buffer.from([...header, ...Buffer.from(text)])) + header.length;
  if (start < header.length) throw new Error(`No index of ${path} holds ${text}.`);
  writeFileSync(path, bytes.fill('?', start, start + text.length));
}

/** Where the header of a database says how large its pages are. */
export const PAGE_SIZE_OFFSET = 16;

export function overwriteAt(path: string, offset: number, bytes: Buffer): void {
  const file = readFileSync(path);
  bytes.copy(file, offset);
  writeFileSync(path, file);
}
