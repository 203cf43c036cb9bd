import { setTimeout as sleep } from 'node:timers/promises';
import { cloneDatabase } from '@iron/test-postgres';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';
import type { OpenOptions } from '../connection/open-sqlite-database.ts';
import { parsePostgresUrl } from '../connection/parse-postgres-url.ts';
import { wait, type Work } from '../work/work.ts';
import type { Reader, Writer } from '../work/queries.ts';
import { openPostgresDatabase } from './open-postgres-database.ts';
import type { PostgresDatabase } from './postgres-database.ts';

export const NOTES = `
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    text text NOT NULL UNIQUE,
    number bigint NOT NULL DEFAULT 0 CHECK (number >= 0)
  )`;

/** A table of notes on the server of the tests, until the end of the test. */
export interface Notes {
  readonly url: string;
  /** Opens it as Iron does, by way of `url` if that is given. Closed at the end of the test. */
  open(options?: OpenOptions & { readonly url?: string }): Promise<PostgresDatabase>;
  /** What is committed, asked over a connection of its own. */
  committed(): Promise<string[]>;
  /** Resolves when so many notes are committed. */
  until(count: number): Promise<void>;
  /** Statements of somebody else. */
  administer(sql: string): Promise<Record<string, unknown>[]>;
}

export async function notesDatabase(): Promise<Notes> {
  const clone = await cloneDatabase({ key: 'notes', build: async (url) => void (await ask(url, NOTES)) });
  onTestFinished(() => clone.drop());
  const committed = async () => {
    const rows = await ask(clone.url, 'SELECT text FROM notes ORDER BY id');
    return rows.map(({ text }) => String(text));
  };
  return {
    url: clone.url,
    async open({ url = clone.url, ...options } = {}) {
      const database = await openPostgres(url, options);
      onTestFinished(() => database.close());
      return database;
    },
    committed,
    async until(count) {
      while ((await committed()).length !== count) await sleep(5);
    },
    administer: (sql) => ask(clone.url, sql),
  };
}

export async function openPostgres(url: string, options?: OpenOptions): Promise<PostgresDatabase> {
  return await openPostgresDatabase(parsePostgresUrl(url, process.cwd(), {}), options);
}

/** Statements, over a connection of their own. @returns the rows of the last one */
export async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const results: unknown = await client.query(sql);
    const last: unknown = Array.isArray(results) ? results.at(-1) : results;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as the driver makes them
    return (last as { rows: Record<string, unknown>[] }).rows;
  } finally {
    await client.end();
  }
}

/** Writes a note. @returns its number */
export function* addNote(tx: Writer, text: string, number = 0): Work<number> {
  const insert = tx.statement<[string, number], { id: number }>(
    'INSERT INTO notes (text, number) VALUES (?, ?) RETURNING id',
  );
  return (yield* wait(insert.get(text, number)))?.id ?? 0;
}

export function* countNotes(reader: Reader): Work<number> {
  const row = yield* wait(reader.statement<[], { count: number }>('SELECT count(*) AS count FROM notes').get());
  return row?.count ?? 0;
}
