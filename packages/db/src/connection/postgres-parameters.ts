import { nearestWord } from '@iron/errors';
import { decodePercents } from './decode-percents.ts';
import { InvalidDatabaseUrlError } from './invalid-database-url.ts';

const PARAMETERS = [
  'host',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'application_name',
  'connect_timeout',
  'passfile',
] as const;
type Parameter = (typeof PARAMETERS)[number];
export type PostgresParameters = ReadonlyMap<Parameter, string>;

const BEFORE_THE_QUERY = 'Write it before the query: postgres://user:password@host:5432/database.';
/** What other tools take, or SQLite's URLs, and what to write here. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['user', BEFORE_THE_QUERY],
  ['password', BEFORE_THE_QUERY],
  ['port', BEFORE_THE_QUERY],
  ['dbname', BEFORE_THE_QUERY],
  ['ssl', 'Write sslmode=require, or better sslmode=verify-full.'],
  ['channel_binding', 'Iron cannot promise it. sslmode=verify-full proves as well that nobody stands in between.'],
  ['mode', 'It is for SQLite. What the user of a PostgreSQL database may do is decided by the rights granted to it.'],
  ['schema', 'Remove it: an installation has a database of its own, and uses its schema public.'],
]);

/**
 * The parameters after the `?`, decoded.
 *
 * @throws {InvalidDatabaseUrlError} one of them is unknown, empty, there twice, or wrongly encoded
 */
export function readPostgresParameters(url: string, query: string): PostgresParameters {
  const found = new Map<Parameter, string>();
  for (const pair of query === '' ? [] : query.split('&')) {
    const [name = '', ...rest] = pair.split('=');
    const known = PARAMETERS.find((parameter) => parameter === name);
    if (known === undefined) throw unknownParameter(url, name, rest.length > 0);
    if (found.has(known)) throw new InvalidDatabaseUrlError(url, `it has two parameters ${known}`, 'Keep one of them.');
    found.set(known, readValue(url, known, rest.join('=')));
  }
  return found;
}

function readValue(url: string, name: Parameter, text: string): string {
  const value = decodePercents(text);
  if (value === undefined) {
    const reason = `a % in its ${name} is not followed by the code of a letter`;
    throw new InvalidDatabaseUrlError(url, reason, 'Write %25 for a %.');
  }
  if (value === '') throw new InvalidDatabaseUrlError(url, `its ${name} is empty`, 'Give it a value, or remove it.');
  if (/\p{Cc}/u.test(value)) throw new InvalidDatabaseUrlError(url, `its ${name} holds a control character`);
  return value;
}

/** A name without a value is not shown: it may be what follows a `&` in a value. */
function unknownParameter(url: string, name: string, hasValue: boolean): InvalidDatabaseUrlError {
  const taken = `Parameters are ${PARAMETERS.join(', ')}, with & between them.`;
  const shown = hasValue && /^[a-z_]{1,40}$/i.test(name) ? ` ${name}` : '';
  const near = INSTEAD.has(name) ? undefined : nearestWord(name, PARAMETERS);
  const meant = near === undefined ? '' : ` (did you mean ${near}?)`;
  return new InvalidDatabaseUrlError(url, `it has an unknown parameter${shown}${meant}`, INSTEAD.get(name) ?? taken);
}
