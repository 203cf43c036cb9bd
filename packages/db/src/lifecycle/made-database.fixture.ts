import Database from 'better-sqlite3';
import type { Environment } from '../config/environment.ts';
import { APPLICATION_ID } from '../connection/identity.ts';
import { createFreshDatabase } from './fresh-database.ts';

/** The example of the database guide: 2024-12-11 14:30:00 UTC. */
export const GUIDE_TIME = Date.UTC(2024, 11, 11, 14, 30, 0);

/** Makes a migrated database in WAL mode, closed, with a user `marker` by which it is known again. */
export async function makeDatabase(
  path: string,
  options: { seed?: boolean; environment?: Environment; marker?: string } = {},
): Promise<void> {
  const { seed = false, environment = 'development', marker = 'old' } = options;
  await createFreshDatabase(path, { seed, environment, now: () => GUIDE_TIME });
  using database = openRaw(path);
  database.connection.pragma('journal_mode = WAL');
  addUser(database.connection, marker);
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
