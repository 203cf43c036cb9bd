import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { decodePercents } from './decode-percents.ts';
import { InvalidDatabaseUrlError } from './invalid-database-url.ts';
import { LIFECYCLE_APPLICATION } from './lifecycle-application.ts';
import { isSocketFolder, type PostgresLocation, type PostgresPassword } from './postgres-location.ts';
import { readPostgresParameters, type PostgresParameters } from './postgres-parameters.ts';
import { readPostgresSsl } from './postgres-ssl.ts';
import { SecretText } from './secret-text.ts';

const FORM = 'Write postgres://user:password@host:5432/database, or leave the password and the port out.';
const ENCODING = 'In a user, a password or a value write %40 for @, %2F for /, %3F for ?, %23 for # and %25 for %.';
const USUAL_PORT = 5_432;
const HIGHEST_PORT = 65_535;
const USUAL_CONNECT_SECONDS = 10;
const MOST_CONNECT_SECONDS = 300;

export function isPostgresUrl(url: string): boolean {
  return /^postgres(ql)?:\/\//.test(url);
}

/**
 * Reads `postgres://user:password@host:port/database?parameters`, or the same with `postgresql:`.
 *
 * @param folder what the relative paths of files in it are relative to
 * @param variables where PGPASSWORD and PGPASSFILE count, for a URL without a password
 * @throws {InvalidDatabaseUrlError} it is anything else, or lacks a user, a host or a database
 */
export function parsePostgresUrl(url: string, folder: string, variables: NodeJS.ProcessEnv): PostgresLocation {
  const { credentials, address, path, query } = split(url);
  const server = readAddress(url, address);
  const [user, password] = readCredentials(url, credentials);
  const database = readPart(url, 'database', path);
  const parameters = readPostgresParameters(url, query);
  const host = chooseHost(url, server.host, parameters.get('host'));
  if (user === '') throw new InvalidDatabaseUrlError(url, 'it names no user', FORM);
  if (database === '') throw new InvalidDatabaseUrlError(url, 'it names no database', FORM);
  if (path.includes('/')) throw new InvalidDatabaseUrlError(url, 'a / follows its database', 'Write %2F in a name.');
  return {
    kind: 'postgres',
    host,
    port: server.port,
    database,
    user,
    password: choosePassword(password, parameters, folder, variables),
    ssl: readPostgresSsl(url, host, parameters, folder),
    applicationName: readApplicationName(url, parameters.get('application_name')),
    connectTimeoutMs: readTimeout(url, parameters.get('connect_timeout')) * 1_000,
  };
}

/** Else whoever is connected would be taken for a command that waits, and the database be replaced under them. */
function readApplicationName(url: string, name = 'iron'): string {
  if (name !== LIFECYCLE_APPLICATION) return name;
  throw new InvalidDatabaseUrlError(url, "its application_name is that of Iron's own commands", 'Choose another one.');
}

/** The parts as they are written. No part is shown in an error: until all are known, any may be of a password. */
function split(url: string): { credentials: string; address: string; path: string; query: string } {
  if (url.includes('#')) throw new InvalidDatabaseUrlError(url, 'it has a #', ENCODING);
  if (/[\s\p{Cc}]/u.test(url)) {
    throw new InvalidDatabaseUrlError(url, 'it holds white space or a control character', 'Write %20 for a space.');
  }
  const [, authority = '', path = '', query = ''] = /^\w+:\/\/([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/.exec(url) ?? [];
  const [credentials = '', address, ...more] = authority.split('@');
  if (more.length > 0 || `${path}${query}`.includes('@')) {
    throw new InvalidDatabaseUrlError(url, 'it has an @ that does not stand between password and host', ENCODING);
  }
  return address === undefined
    ? { credentials: '', address: credentials, path, query }
    : { credentials, address, path, query };
}

function readCredentials(url: string, text: string): [user: string, password: string] {
  const colon = text.includes(':') ? text.indexOf(':') : text.length;
  return [readPart(url, 'user', text.slice(0, colon)), readPart(url, 'password', text.slice(colon + 1))];
}

function readPart(url: string, name: string, text: string): string {
  const decoded = decodePercents(text);
  if (decoded === undefined) {
    throw new InvalidDatabaseUrlError(url, `a % in its ${name} is not followed by the code of a letter`, ENCODING);
  }
  if (/\p{Cc}/u.test(decoded))
    throw new InvalidDatabaseUrlError(url, `its ${name} holds a control character`, ENCODING);
  return decoded;
}

function readAddress(url: string, text: string): { host: string; port: number } {
  if (text.includes(',')) throw severalHosts(url);
  const [, bracketed, plain = '', portText] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/.exec(text) ?? [];
  const host = readPart(url, 'host', bracketed ?? plain);
  if (bracketed !== undefined ? isIP(host) !== 6 : plain === '' && text !== '' && portText === undefined) {
    throw new InvalidDatabaseUrlError(url, 'its host is no IPv6 address in brackets', 'Write [::1] for ::1.');
  }
  return { host, port: readPort(url, portText) };
}

function readPort(url: string, text = ''): number {
  if (text === '') return USUAL_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= HIGHEST_PORT) return port;
  const reason = `what follows the : after its host is no port, 1 to ${HIGHEST_PORT}`;
  throw new InvalidDatabaseUrlError(url, reason, `${FORM} An IPv6 address stands in brackets.`);
}

function chooseHost(url: string, written: string, parameter: string | undefined): string {
  if (written !== '' && parameter !== undefined) {
    throw new InvalidDatabaseUrlError(url, 'it names a host twice', 'Remove the parameter host, or what is before it.');
  }
  const host = parameter ?? written;
  if (host.includes(',')) throw severalHosts(url);
  if (host === '') {
    const hint = 'Write localhost for this machine, or ?host=/var/run/postgresql for the socket in that folder.';
    throw new InvalidDatabaseUrlError(url, 'it names no host', hint);
  }
  if (isSocketFolder(host) || isIP(host) !== 0 || /^[\p{L}\p{N}._-]+$/u.test(host)) return host;
  throw new InvalidDatabaseUrlError(url, 'its host is neither a name, nor an address, nor an absolute path', FORM);
}

function severalHosts(url: string): InvalidDatabaseUrlError {
  const hint = 'Name the one that takes writes, or a name that leads to whichever does at the time.';
  return new InvalidDatabaseUrlError(url, 'it names several hosts', hint);
}

function readTimeout(url: string, text: string | undefined): number {
  if (text === undefined) return USUAL_CONNECT_SECONDS;
  const seconds = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= MOST_CONNECT_SECONDS) return seconds;
  const reason = `its connect_timeout is no whole number of seconds from 1 to ${MOST_CONNECT_SECONDS}`;
  throw new InvalidDatabaseUrlError(url, reason, `Without it, ${USUAL_CONNECT_SECONDS} seconds are waited.`);
}

/** In libpq's order: the URL, PGPASSWORD, and only then lists of passwords. Empty is as good as absent. */
function choosePassword(
  written: string,
  parameters: PostgresParameters,
  folder: string,
  variables: NodeJS.ProcessEnv,
): PostgresPassword {
  if (written !== '') return { kind: 'text', from: 'url', text: new SecretText(written) };
  const { PGPASSWORD: variable = '', PGPASSFILE: list = '', HOME: home = homedir() } = variables;
  if (variable !== '') return { kind: 'text', from: 'PGPASSWORD', text: new SecretText(variable) };
  const passfile = parameters.get('passfile');
  if (passfile !== undefined) return { kind: 'passfile', from: 'url', path: resolve(folder, passfile) };
  if (list !== '') return { kind: 'passfile', from: 'PGPASSFILE', path: resolve(list) };
  return { kind: 'passfile', from: 'home', path: join(home, '.pgpass') };
}
