import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Config, type ConfigOptions } from './config.ts';
import { projectFolder } from './project-folder.fixture.ts';

/** What is wrong with a file of this text: the message, with the folder cut off. */
function complaintAbout(toml: string | Uint8Array, name = 'config.dev.toml', options: ConfigOptions = {}): string {
  using project = projectFolder();
  const path = join(project.path, name);
  writeFileSync(path, toml);
  try {
    return inspect(Config.fromFile(path, options));
  } catch (error) {
    if (error instanceof Error) return error.message.replaceAll(`${project.path}/`, '');
    throw error;
  }
}

describe('Config.fromFile', () => {
  test('reads the example for production, exactly as the guide has it', () => {
    const example = readFileSync(new URL('../../../../config.prod.toml.example', import.meta.url), 'utf8');
    using project = projectFolder({ 'config.prod.toml': example });

    expect(Config.fromFile('config.prod.toml', { folder: project.path })).toEqual({
      environment: 'production',
      file: join(project.path, 'config.prod.toml'),
      database: {
        url: 'sqlite:///./data/tokens.db?mode=rwc',
        location: { kind: 'file', path: join(project.path, 'data/tokens.db'), mode: 'rwc' },
        maxConnections: 10,
        autoMigrate: true,
        foreignKeys: true,
      },
      server: { host: '127.0.0.1', port: 3_000, corsOrigins: [], logLevel: 'info', tracePayloads: 'off' },
      debug: false,
      autoSeed: false,
    });
  });

  test.each(['config.dev.toml', 'config.test.toml', 'config.prod.toml.example'])(
    '%s sets every key that SQLite has',
    (name) => {
      const config = Config.fromFile(new URL(`../../../../${name}`, import.meta.url).pathname);
      expect(config.sources().map(({ source }) => source.kind)).toEqual(Array(11).fill('file'));
    },
  );

  test('tells the environment by the section where the name does not', () => {
    using project = projectFolder({ 'iron.toml': '[database]\nurl = "sqlite:///./a.db"\n[production]\n' });
    expect(Config.fromFile(join(project.path, 'iron.toml')).environment).toBe('production');
  });

  test.each([
    ['[database]\n', 'none of them'],
    ['[test]\n[production]\n', '[test] and [production]'],
  ])('refuses a file whose environment cannot be told: %j', (toml, found) => {
    expect(complaintAbout(toml, 'iron.toml')).toBe(
      `iron.toml: which environment it is for cannot be told; expected a name such as config.prod.toml, or exactly one of the sections [development], [test] and [production], found ${found}.`,
    );
  });

  test('takes variables only when they are handed over', () => {
    using project = projectFolder({ 'config.test.toml': '' });
    const path = join(project.path, 'config.test.toml');
    expect(Config.fromFile(path).debug).toBe(false);
    expect(Config.fromFile(path, { environment: { TEST_DEBUG: 'true' } }).debug).toBe(true);
  });

  test('refuses an IRON_ENV that contradicts the file', () => {
    const message = complaintAbout('', 'config.test.toml', { environment: { IRON_ENV: 'production' } });
    expect(message).toBe('IRON_ENV: is production, but config.test.toml is for test.');
  });

  test('gives a configuration that cannot be changed', () => {
    using project = projectFolder({ 'config.test.toml': '' });
    const config = Config.fromFile(join(project.path, 'config.test.toml'));
    expect(() => Object.assign(config, { debug: true })).toThrow(TypeError);
    expect(() => Object.assign(config.database, { autoMigrate: false })).toThrow(TypeError);
    expect(() => Object.assign(config.server, { port: 1 })).toThrow(TypeError);
    expect(() => Object.assign(config.server.corsOrigins, ['https://evil.example'])).toThrow(TypeError);
  });
});

describe('a configuration file that cannot be read', () => {
  test('is named when it is missing', () => {
    expect(() => Config.fromFile('/nowhere/config.dev.toml')).toThrow(
      '/nowhere/config.dev.toml does not exist; expected a configuration file in TOML.',
    );
  });

  test.each([
    ['[database\nurl = 1', '1:10', 'invalid value'],
    ['[database]\nmax_connections = ', '2:19', 'invalid value'],
    ['[database]\nurl = "a"\nurl = "b"', '3:1', 'trying to redefine an already defined table or value'],
  ])('is answered with line and column: %j', (toml, position) => {
    const [line, column] = position.split(':');
    const message = complaintAbout(toml);
    expect(message).toMatch(new RegExp(`^config\\.dev\\.toml:${position}: this is not readable as TOML: `));
    expect(message).toMatch(new RegExp(` at line ${line}, column ${column}\\.$`));
  });

  test('does not show the lines around the mistake, which may hold a secret', () => {
    const message = complaintAbout('[database]\nurl = "postgres://me:hunter2@host/db" hunter2\n');
    expect(message).toBe(
      'config.dev.toml:2:39: this is not readable as TOML: each key-value declaration must be followed by an end-of-line at line 2, column 39.',
    );
  });

  test('is refused when it is not UTF-8, and read when it starts with a byte order mark', () => {
    expect(complaintAbout(new Uint8Array([0x23, 0xff]))).toBe(
      'config.dev.toml: this is not readable as TOML: it is not text in UTF-8.',
    );
    expect(complaintAbout('\uFEFF[development]\ndebug = true\n')).toContain('debug: true');
  });

  test('is named when its permissions forbid it', () => {
    using project = projectFolder({ 'config.dev.toml': '' });
    const path = join(project.path, 'config.dev.toml');
    chmodSync(path, 0o000);
    using _ = asOrdinaryUser();
    expect(() => Config.fromFile(path)).toThrow('its permissions forbid reading it');
  });

  test('is refused when it is no file', () => {
    expect(() => Config.fromFile('/dev/null')).toThrow('/dev/null: this is not readable as TOML: it is no file.');
  });
});

describe('a configuration file with a mistake', () => {
  test.each([
    [
      '[datbase]\nx = 1',
      ':1: unknown section [datbase] (did you mean [database]?); expected [database], [server] and [development].',
    ],
    ['[extra.inner]', ':1: unknown section [extra]; expected [database], [server] and [development].'],
    ['["a b"]', ':1: unknown section ["a b"]; expected [database], [server] and [development].'],
    ['[__proto__]', ':1: unknown section [__proto__]; expected [database], [server] and [development].'],
    ['\nextra = 1', ':2: unknown key extra; expected [database], [server] and [development].'],
    ['url = "x"', ':1: the key url stands outside a section; expected it below [database].'],
    ['auto_seed = true', ':1: the key auto_seed stands outside a section; expected it below [development].'],
    ['port = 1', ':1: the key port stands outside a section; expected it below [server].'],
    [
      '[sever]',
      ':1: unknown section [sever] (did you mean [server]?); expected [database], [server] and [development].',
    ],
    ['[server]\nurl = "x"', ':2: the key url is not of [server]; expected it below [database].'],
    [
      '[server]\nlog = "info"',
      ':2: unknown key server.log; expected one of host, port, cors_origins, log_level, trace_payloads.',
    ],
    ['database = 1', ':1: database must be a section, [database], found 1.'],
    ['[[database]]', ':1: database must be a section, [database], found a list.'],
    ['[database]\ndebug = true', ':2: the key debug is not of [database]; expected it below [development].'],
    ['[development]\nseed = true', ':2: unknown key development.seed; expected one of debug, auto_seed.'],
    [
      '[development]\nauto-seed = true',
      ':2: unknown key development.auto-seed (did you mean auto_seed?); expected one of debug, auto_seed.',
    ],
    [
      '[database]\nconstructor = 1',
      ':2: unknown key database.constructor; expected one of url, password_file, max_connections, auto_migrate, foreign_keys.',
    ],
    [
      '[database]\n[production]\ndebug = true',
      ':2: the section [production] belongs to another environment; this file is for development, expected [database], [server] and [development].',
    ],
  ])('is refused: %j', (toml, message) => {
    expect(complaintAbout(toml)).toBe(`config.dev.toml${message}`);
  });

  test.each([
    ['max_connections = "10"', 'max_connections must be a whole number from 1 to 100, found "10".'],
    ['max_connections = 10.0', 'max_connections must be a whole number from 1 to 100, found 10.0.'],
    ['max_connections = 0', 'max_connections must be a whole number from 1 to 100, found 0.'],
    ['max_connections = 101', 'max_connections must be a whole number from 1 to 100, found 101.'],
    ['max_connections = nan', 'max_connections must be a whole number from 1 to 100, found NaN.'],
    ['max_connections = 2026-01-01', 'max_connections must be a whole number from 1 to 100, found a date.'],
    ['auto_migrate = 1', 'auto_migrate must be true or false, found 1.'],
    ['auto_migrate = "postgres://a:hunter2@b"', 'auto_migrate must be true or false, found "postgres://***@b".'],
    ['auto_migrate = [true]', 'auto_migrate must be true or false, found a list.'],
    ['foreign_keys.on = true', 'foreign_keys must be true or false, found a table.'],
    ['url = 5', 'url must be a database URL, found 5.'],
    ['password_file = true', 'password_file must be the path of a file, found true.'],
    ['password_file = ""', 'password_file must be the path of a file, found "".'],
    ['url = ""', 'url must be a database URL, found "".'],
  ])('of type or range is refused: %s', (line, message) => {
    expect(complaintAbout(`# comment\n[database]\n\n${line}\n`)).toBe(`config.dev.toml:4: database.${message}`);
  });

  test.each([
    ['host = ""', 'host must be a host name or an IP address, found "".'],
    ['port = 65536', 'port must be a whole number from 0 to 65535, found 65536.'],
    ['port = "3000"', 'port must be a whole number from 0 to 65535, found "3000".'],
    ['log_level = "loud"', 'log_level must be silent, error, warn, info or debug, found "loud".'],
    ['trace_payloads = true', 'trace_payloads must be off or redacted, found true.'],
    ['cors_origins = "*"', 'cors_origins must be a list of origins such as https://iron.example.com, found "*".'],
    ['cors_origins = ["*"]', 'cors_origins must be a list of origins such as https://iron.example.com, found "*".'],
    [
      'cors_origins = ["https://a.example", "https://b.example/"]',
      'cors_origins must be a list of origins such as https://iron.example.com, found "https://b.example/".',
    ],
    [
      'cors_origins = ["https://a.example:443"]',
      'cors_origins must be a list of origins such as https://iron.example.com, found "https://a.example:443".',
    ],
  ])('of the server is refused: %s', (line, message) => {
    expect(complaintAbout(`[server]\n${line}\n`)).toBe(`config.dev.toml:2: server.${message}`);
  });

  test('is found on the line of its key in dotted keys and inline tables too', () => {
    expect(complaintAbout('\ndatabase.auto_migrate = 1')).toMatch(/^config\.dev\.toml:2: database\.auto_migrate must/);
    expect(complaintAbout('\n\ndevelopment = { debug = 1 }')).toMatch(/^config\.dev\.toml:3: development\.debug must/);
  });

  test('is refused also where a variable replaces the value', () => {
    const message = complaintAbout('[database]\nurl = "x"', 'config.dev.toml', {
      environment: { DATABASE_URL: 'sqlite::memory:' },
    });
    expect(message).toMatch(
      /^config\.dev\.toml:2: database\.url "x" is refused: it is not a URL but looks like a path/,
    );
  });

  test('is listed with all the others, in the order of the file', () => {
    const toml = '[production]\n[database]\nurl = "mysql://a:hunter2@b"\nmax_connections = 0\nmaxconnections = 1\n';
    expect(complaintAbout(toml)).toBe(`The configuration has 4 problems:
  config.dev.toml:1: the section [production] belongs to another environment; this file is for development, expected [database], [server] and [development].
  config.dev.toml:3: database.url "mysql://***@b" is refused: the kind of database mysql: is unknown. Write sqlite:///./relative/file.db, sqlite:///absolute/file.db or sqlite::memory:, the first two with ?mode=ro, rw or rwc if needed; or postgres://user@host/database.
  config.dev.toml:4: database.max_connections must be a whole number from 1 to 100, found 0.
  config.dev.toml:5: unknown key database.maxconnections (did you mean max_connections?); expected one of url, password_file, max_connections, auto_migrate, foreign_keys.`);
  });
});

/** Root may read everything, so a test run by root becomes `nobody` for a while. */
function asOrdinaryUser(): Disposable {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.('nobody');
  return { [Symbol.dispose]: () => isRoot && process.seteuid?.(0) };
}
