import { createReadStream } from 'node:fs';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import { DatabaseError } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { OnProgress } from '../../progress.ts';
import { quoteName } from '../../structure/quote-name.ts';
import { SCHEMA } from '../iron-schema.ts';
import type { LifecycleConnection } from '../maintenance/lifecycle-connection.ts';
import { comparePostgresStructures } from '../structure/compare-postgres-structures.ts';
import type { PostgresStructure } from '../structure/postgres-structure.ts';
import { readPostgresStructure } from '../structure/read-postgres-structure.ts';
import { ArchiveError, type Frame, readFrames } from './archive-frames.ts';
import { type ArchiveHeader, archiveHeaderSchema, type TableContent } from './archive-header.ts';
import { readTables } from './read-content.ts';

/** Which archive is to be put where. */
export interface ArchiveLoad {
  readonly file: string;
  /** A schema that is not there yet. */
  readonly schema: string;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Makes a schema out of an archive, in one transaction: its tables, their rows, and only then what rows have to fulfil and
 * what happens when one is written. Then compares it with what the archive says of the database that it was made of.
 *
 * Of what somebody altered, rules, policies and triggers that are off are as they were. Only a foreign key that was
 * switched off is on again: the rows are held to it as they are loaded, and to switch it off takes a superuser.
 *
 * @throws {ArchiveError} the file is damaged, not an archive, or gives something else than it says
 */
export async function loadArchive(connection: LifecycleConnection, load: ArchiveLoad): Promise<ArchiveHeader> {
  try {
    return await loadAndCompare(connection, load);
  } catch (error) {
    const reason = connection.explain(error);
    // What the server refuses of it, other than for want of room or of rights, could not be made of its database either.
    throw reason instanceof DatabaseError ? new ArchiveError(`the server refuses it: ${reason.message}`) : reason;
  }
}

async function loadAndCompare(connection: LifecycleConnection, load: ArchiveLoad): Promise<ArchiveHeader> {
  const { query, client } = connection;
  await query('BEGIN');
  await query(`CREATE SCHEMA ${quoteName(load.schema)}`);
  await query(`SET LOCAL search_path = ${quoteName(load.schema)}`);
  const header = await loadFrames(connection, load);
  for (const statement of header.definition.after) await client.query(statement);
  for (const { table, column, next } of header.identities)
    await advance(connection, load.schema, { table, column, next });
  await query('COMMIT');
  load.onProgress?.({ step: 'verify', done: 0, total: 1 });
  const problems = await findDifferences(connection, load.schema, header);
  if (problems.length > 0) throw new ArchiveError(problems.slice(0, MOST_SHOWN).join('; '));
  load.onProgress?.({ step: 'verify', done: 1, total: 1 });
  return header;
}

const MOST_SHOWN = 5;

/** The statements are those of the file: who restores an archive of somebody else's runs what they have written in it. */
async function loadFrames(connection: LifecycleConnection, { file, schema }: ArchiveLoad): Promise<ArchiveHeader> {
  return await throughFrames(file, async (frames) => {
    const header = await headerOf(frames);
    for (const statement of header.definition.before) await connection.client.query(statement);
    await loadTables(header.tables, frames, (table) => beginCopy(connection, schema, table));
    return header;
  });
}

async function loadTables(
  tables: readonly TableContent[],
  frames: AsyncGenerator<Frame, void, undefined>,
  begin: (table: TableContent) => TableCopy,
): Promise<void> {
  const waiting = [...tables];
  let copy: TableCopy | undefined;
  try {
    for await (const { kind, content } of frames) {
      if (kind === 'header' || (kind === 'rows' && !copy)) throw new ArchiveError('it is damaged');
      if (kind === 'rows') {
        await copy?.write(content);
        continue;
      }
      await copy?.end();
      const table = kind === 'table' ? waiting.shift() : undefined;
      if (kind === 'table' && table?.name !== content.toString()) throw new ArchiveError('it is damaged');
      copy = table && begin(table);
    }
  } catch (error) {
    await copy?.giveUp();
    throw error;
  }
  if (waiting.length > 0) throw new ArchiveError(`it lacks the rows of ${waiting[0]?.name}`);
}

/** Runs `work` with the frames of a file, and says of what zlib complains about that it is damage. */
async function throughFrames<T>(
  file: string,
  work: (frames: AsyncGenerator<Frame, void, undefined>) => Promise<T>,
): Promise<T> {
  const done = new AbortController();
  const unpack = createZstdDecompress();
  const reading = pipeline(createReadStream(file), unpack, { signal: done.signal });
  reading.catch(() => undefined); // who reads the frames hears of it
  try {
    return await work(readFrames(unpack));
  } catch (error) {
    throw isZlibError(error) ? new ArchiveError('it is damaged', { cause: error }) : error;
  } finally {
    done.abort();
  }
}

function isZlibError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('ZSTD_') || code.startsWith('Z_') || code === 'ERR_STREAM_PREMATURE_CLOSE';
}

async function headerOf(frames: AsyncGenerator<Frame, void, undefined>): Promise<ArchiveHeader> {
  const first = await frames.next();
  if (first.done === true || first.value.kind !== 'header') throw new ArchiveError('it is not a backup that Iron made');
  const header = archiveHeaderSchema.safeParse(readJson(first.value.content.toString()));
  if (!header.success) throw new ArchiveError('its header is not one that this version of Iron can read');
  return header.data;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The rows of one table on their way into it. */
interface TableCopy {
  write(chunk: Buffer): Promise<void>;
  end(): Promise<void>;
  /** The server takes nothing else, not even a rollback, before it is told that no more rows come. */
  giveUp(): Promise<void>;
}

async function nothing(): Promise<void> {}

function beginCopy({ client }: LifecycleConnection, schema: string, { name, columns }: TableContent): TableCopy {
  if (columns.length === 0) return { write: nothing, end: nothing, giveUp: nothing };
  const into = `${quoteName(schema)}.${quoteName(name)} (${columns.map(quoteName).join(', ')})`;
  const stream = client.query(copyFrom(`COPY ${into} FROM STDIN`));
  const finished = once(stream, 'finish');
  const over = finished.then(nothing, nothing);
  let isOver = false;
  const noteEnd = () => void (isOver = true);
  stream.once('finish', noteEnd).once('error', noteEnd); // from then on it has no connection to write to
  return {
    /** One at a time: what the stream kept for later it would write to no connection as well. */
    async write(chunk) {
      if (isOver) await finished;
      else await Promise.race([new Promise((resolve) => void stream.write(chunk, resolve)), finished]);
    },
    async end() {
      if (!isOver) stream.end();
      await finished;
    },
    async giveUp() {
      if (!isOver) stream.destroy(new Error('the archive is damaged'));
      await over;
    },
  };
}

/** Also where rows were put in under numbers that the identity had not given. */
async function advance(
  { query }: LifecycleConnection,
  schema: string,
  { table, column, next }: ArchiveHeader['identities'][number],
): Promise<void> {
  const name = `${quoteName(schema)}.${quoteName(table)}`;
  await query(
    `SELECT setval(pg_get_serial_sequence($1, $2)::regclass,
       greatest($3::text::bigint, (SELECT coalesce(max(${quoteName(column)}), 0) + 1 FROM ${name})), false)`,
    [name, column, next],
  );
}

async function findDifferences(
  { query }: LifecycleConnection,
  schema: string,
  header: ArchiveHeader,
): Promise<string[]> {
  const structure = await withSearchPath(query, schema, async () => await readPostgresStructure(query, schema));
  const differences = comparePostgresStructures(withForeignKeysOn(header.structure), structure).map(
    ({ message }) => message,
  );
  const found = new Map((await readTables(query, schema)).map((table) => [table.name, table]));
  const wrongRows = header.tables.flatMap(({ name, rows, digest }) => {
    const table = found.get(name);
    if (table?.rows !== rows) return [`table ${name} has ${table?.rows ?? 'no'} rows instead of ${rows}`];
    return table.digest === digest ? [] : [`table ${name} has other rows than the database had`];
  });
  return [...differences, ...wrongRows];
}

function withForeignKeysOn(structure: PostgresStructure): PostgresStructure {
  return { ...structure, foreignKeys: structure.foreignKeys.map((key) => ({ ...key, switchedOff: false })) };
}

/** The server writes definitions shorter where the search path leads to what they name. */
async function withSearchPath<T>(
  query: LifecycleConnection['query'],
  schema: string,
  work: () => Promise<T>,
): Promise<T> {
  await query(`SET search_path = ${quoteName(schema)}`);
  const result = await work();
  await query(`SET search_path = ${SCHEMA}`);
  return result;
}
