import { resolve } from 'node:path';
import { decodePercents } from './decode-percents.ts';
import { InvalidDatabaseUrlError, SQLITE_FORMS } from './invalid-database-url.ts';
import { isPostgresUrl, parsePostgresUrl } from './parse-postgres-url.ts';
import type { PostgresLocation } from './postgres-location.ts';

export { InvalidDatabaseUrlError };

/** `ro` reads only, `rw` writes to a file that exists, `rwc` makes the file if it is missing. */
export type OpenMode = 'ro' | 'rw' | 'rwc';

/** Where a database of SQLite lives. `path` is absolute. */
export type SqliteLocation =
  | { readonly kind: 'file'; readonly path: string; readonly mode: OpenMode }
  | { readonly kind: 'memory' };

/** Where a database lives. */
export type DatabaseLocation = SqliteLocation | PostgresLocation;

const FORMS = `${SQLITE_FORMS}.`;
const FILE_PREFIX = 'sqlite:///';

/**
 * Reads a database URL: `sqlite:///./relative`, `sqlite:///../relative`, `sqlite:///absolute` (each optionally with
 * `?mode=ro`, `rw` or `rwc`; without it `rwc`), `sqlite::memory:`, or `postgres://user:password@host:port/database`
 * with libpq's most usual parameters. Percent-encoding is decoded.
 *
 * @param folder what a relative path is relative to
 * @param variables where PGPASSWORD and PGPASSFILE count, for a PostgreSQL URL without a password; default: the process's
 * @throws {InvalidDatabaseUrlError} for any other text
 */
export function parseDatabaseUrl(
  url: string,
  folder: string,
  variables: NodeJS.ProcessEnv = process.env,
): DatabaseLocation {
  if (url === 'sqlite::memory:') return { kind: 'memory' };
  if (isPostgresUrl(url)) return parsePostgresUrl(url, folder, variables);
  if (!url.startsWith(FILE_PREFIX)) throw explainRefusal(url);
  const [path, query] = splitQuery(url);
  return { kind: 'file', path: resolve(folder, readPath(url, path)), mode: readMode(url, query) };
}

function splitQuery(url: string): [path: string, query: string | undefined] {
  if (url.includes('#')) {
    throw new InvalidDatabaseUrlError(url, 'it has a fragment', 'Write %23 for a # in a file name.');
  }
  const mark = url.indexOf('?');
  if (mark < 0) return [url.slice(FILE_PREFIX.length), undefined];
  return [url.slice(FILE_PREFIX.length, mark), url.slice(mark + 1)];
}

function readMode(url: string, query: string | undefined): OpenMode {
  if (query === undefined) return 'rwc';
  const [key = '', ...values] = query.split('=');
  const mode = values.join('=');
  if (key !== 'mode' || mode.includes('&')) {
    throw new InvalidDatabaseUrlError(
      url,
      'its query is not a single mode=…',
      'The only query key is mode: ?mode=ro, ?mode=rw or ?mode=rwc. Write %3F for a ? in a file name.',
    );
  }
  if (mode === 'ro' || mode === 'rw' || mode === 'rwc') return mode;
  throw new InvalidDatabaseUrlError(
    url,
    'its mode is unknown',
    'Write ?mode=ro (read only), ?mode=rw (the file must exist) or ?mode=rwc (made if missing).',
  );
}

/** The decoded path: absolute, or starting with `.` or `..`. */
function readPath(url: string, path: string): string {
  const segments = path.split('/').map((segment) => decodeSegment(url, segment));
  checkFileName(url, segments.at(-1) ?? '');
  const [first = ''] = segments;
  if (first === '') throw new InvalidDatabaseUrlError(url, 'it has more than three slashes before the path');
  const isRelative = first === '.' || first === '..';
  return isRelative ? segments.join('/') : `/${segments.join('/')}`;
}

function decodeSegment(url: string, segment: string): string {
  const decoded = decodePercents(segment);
  if (decoded === undefined) {
    throw new InvalidDatabaseUrlError(url, 'a % in it is not followed by the code of a letter', 'Write %25 for a %.');
  }
  if (/\p{Cc}/u.test(decoded)) throw new InvalidDatabaseUrlError(url, 'its path holds a control character');
  if (decoded.includes('/')) throw new InvalidDatabaseUrlError(url, 'a file name cannot hold a /', 'Write / for %2F.');
  if (segment.includes('\\')) {
    throw new InvalidDatabaseUrlError(
      url,
      'it has a backslash',
      'Folders are separated by /. Write %5C for a \\ in a name.',
    );
  }
  return decoded;
}

function checkFileName(url: string, name: string): void {
  if (name === '' || name === '.' || name === '..') {
    throw new InvalidDatabaseUrlError(url, 'it names no file', `End it with the name of a file: ${FORMS}`);
  }
  if (name === ':memory:') {
    throw new InvalidDatabaseUrlError(
      url,
      'it names a file called :memory:',
      'Write sqlite::memory:, without slashes.',
    );
  }
  // The driver trims names: "tokens.db " would open "tokens.db", another file.
  if (name !== name.trim()) throw new InvalidDatabaseUrlError(url, 'its file name starts or ends with white space');
}

function explainRefusal(url: string): InvalidDatabaseUrlError {
  const refuse = (reason: string, hint?: string) => new InvalidDatabaseUrlError(url, reason, hint);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if (url === '') return refuse('it is empty');
  if (url !== url.trim()) return refuse('it starts or ends with white space');
  if (url.startsWith('sqlite::memory:')) return refuse('nothing may follow sqlite::memory:');
  if (/^(sqlite:)?\/*:?memory:?$/i.test(url))
    return refuse('a database in memory is written otherwise', 'Write sqlite::memory:');
  if (scheme === 'postgres' || scheme === 'postgresql') {
    return refuse(`two slashes come after ${scheme}:, in small letters`, 'Write postgres://user@host/database.');
  }
  if (scheme === 'sqlite') return refuse('three slashes come before the path');
  if (scheme === 'file') return refuse('file: URLs are not opened', `Write sqlite: for file:. ${FORMS}`);
  if (url.includes('\\')) return refuse('it is a path with backslashes, not a URL');
  if (scheme !== undefined) return refuse(`the kind of database ${scheme}: is unknown`);
  return refuse('it is not a URL but looks like a path', `Write sqlite:/// before it. ${FORMS}`);
}
