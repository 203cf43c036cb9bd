import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { isIronError } from '@iron/errors';
import { cases, FUZZ_TIMEOUT_MS, long, nearly, oddText } from '@iron/test-program/fuzz';
import * as fc from 'fast-check';
import { parse, stringify, TomlError } from 'smol-toml';
import { afterAll, describe, expect, test } from 'vitest';
import { Config } from './config.ts';
import { locateKeys } from './locate-keys.ts';

const SECRET = 'Hunter2Hunter2';
const SECRET_URL = `postgres://iron:${SECRET}@db.example.com/tokens`;

const folder = mkdtempDisposableSync(join(tmpdir(), 'iron-config-'));
afterAll(() => folder.remove());
const FILE = join(folder.path, 'config.dev.toml');

const LINES = [
  '[database]',
  `url = "${SECRET_URL}"`,
  `url = 'sqlite:///./a.db?mode=rwc'`,
  'url = "sqlite::memory:"',
  'max_connections = 1',
  'max_connections = 100',
  'max_connections = 0x5',
  'max_connections = 1e1',
  'auto_migrate = true',
  'foreign_keys = false',
  'password_file = "./secret"',
  '[server]',
  'host = "::1"',
  'port = 0',
  'port = 9007199254740993',
  'cors_origins = [\n  "https://iron.example.com", # one\n  "http://localhost:3000",\n]',
  'log_level = "debug"',
  'trace_payloads = "redacted"',
  'server.port = 8080',
  'database = { max_connections = 2 }',
  '[development]',
  'debug = true',
  'auto_seed = false',
  '[production]',
  '[__proto__]',
  'constructor = { prototype = { debug = true } }',
  '"" = 1',
  'x = """\n[server]\nport = 1\n"""',
  '# a comment',
  'at = 1979-05-27T07:32:00Z',
  '[[list]]',
];

/** Files of lines that are right for themselves, one section after the other or any. */
const toml = fc.oneof(
  fc.subarray(LINES).map((lines) => lines.join('\n')),
  fc.array(fc.constantFrom(...LINES), { maxLength: 8 }).map((lines) => lines.join('\r\n')),
);

const VARIABLES =
  'DATABASE_URL DATABASE_MAX_CONNECTIONS DATABASE_AUTO_MIGRATE DATABASE_AUTOMIGRATE IRON_ENV SERVER_PORT SERVER_CORS_ORIGINS SERVER_LOG_LEVEL DEVELOPMENT_DEBUG PGPASSWORD __proto__'.split(
    ' ',
  );
const variable = fc.oneof(
  fc.constantFrom('1', '5', '101', 'true', 'false', 'info', 'https://a.example,https://b.example', SECRET_URL),
  oddText,
);
const variables = fc.dictionary(fc.constantFrom(...VARIABLES), variable, { maxKeys: 3 });

/** The configuration of a file and variables, or the error that names what is wrong. */
function read(text: string, environment: Record<string, string> = {}): Config | Error {
  writeFileSync(FILE, text);
  try {
    return Config.fromFile(FILE, { folder: folder.path, environment });
  } catch (error) {
    if (isIronError(error) && error.code.startsWith('config.')) return error;
    throw error;
  }
}

/** All that a configuration says, as the text of a file. */
function print(config: Config): string {
  const sections: Record<string, Record<string, unknown>> = {};
  for (const { key, value } of config.sources()) {
    const [section = '', name = ''] = key.split('.');
    sections[section] = { ...sections[section], [name]: key === 'database.url' ? config.database.url : value };
  }
  return stringify(sections);
}

describe('any configuration', { timeout: FUZZ_TIMEOUT_MS }, () => {
  test('is refused by name, or means the same when all that it says is written down', () => {
    fc.assert(
      fc.property(nearly(toml), variables, (text, environment) => {
        const config = read(text, environment);
        if (config instanceof Error) return;
        const { PGPASSWORD = '' } = environment;
        expect(inspect(read(print(config), { PGPASSWORD }), { depth: 5 })).toBe(inspect(config, { depth: 5 }));
      }),
      cases(1_500),
    );
  });

  test('shows no password of its URL, neither where it is taken nor where something in it is wrong', () => {
    fc.assert(
      fc.property(nearly(toml, 3), variables, (text, environment) => {
        fc.pre(!/url *=(?! *["'])|[^"]postgres:/.test(text.replaceAll(`"${SECRET_URL}"`, ''))); // else it is a value of its own
        const config = read(`[database]\nurl = "${SECRET_URL}"\n${text}`, environment);
        const shown = config instanceof Error ? [config, config.message] : [config.sources(), config.database.location];
        expect(inspect(shown, { depth: Infinity })).not.toContain(SECRET);
      }),
      cases(1_500),
    );
  });

  test('changes nothing of what all objects have', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).join(' ');
    for (const name of ['__proto__', 'constructor.prototype', '"__proto__"', 'development.__proto__']) {
      expect(read(`[${name}]\ndebug = true\nurl = "x"`)).toMatchObject({ code: 'config.invalid' });
    }
    expect(Object.getOwnPropertyNames(Object.prototype).join(' ')).toBe(before);
  });

  test.each(['[', '{', 'a.', 'a = [', 'a = "', '"\n', 'a\n', "'''\n", '\\', 'a = 1 # 9\n'])(
    'of 100,000 characters is refused at once: %j',
    (piece) => {
      expect(read(long(piece))).toBeInstanceOf(Error);
    },
  );
});

describe('any TOML', { timeout: FUZZ_TIMEOUT_MS }, () => {
  test('has every key of its sections found, on the line of its statement', () => {
    fc.assert(
      fc.property(nearly(toml), (text) => {
        const sections = parseOrNothing(text);
        const lines = text.split('\n');
        const located = locateKeys(text);
        const found = new Set(located.map(({ path }) => JSON.stringify(path.slice(0, 1))));
        expect(Object.keys(sections).filter((name) => !found.has(JSON.stringify([name])))).toEqual([]);
        for (const { line } of located) expect(lines[line - 1]?.trim()).toMatch(/^[^#\s]/);
      }),
      cases(2_000),
    );
  });

  test.each([
    ['a list over lines', `a = [\n${'1,\n'.repeat(33_000)}]\nb = 1`, 33_003],
    ['a text over lines', `a = """\n${'x\n'.repeat(50_000)}"""\nb = 1`, 50_003],
    ['a text that begins and ends with quotes', `a = """"${'"x"\n'.repeat(25_000)}"""""\nb = 1`, 25_002],
    ['a literal over lines', `a = '''\n${"''\n".repeat(33_000)}'''''\nb = 1`, 33_003],
    ['a name of many parts', `a${'.a'.repeat(50_000)} = 1\nb = 1`, 2],
    ['a section of many parts', `[a${'.a'.repeat(50_000)}]\n[b]`, 2],
    ['empty lines', `${'\n'.repeat(100_000)}b = 1`, 100_001],
  ])('of 100,000 characters has its keys found at once: %s', (_, text, line) => {
    expect(locateKeys(text).at(-1)).toEqual({ path: ['b'], line });
  });
});

function parseOrNothing(text: string): object {
  try {
    return parse(text, { integersAsBigInt: true });
  } catch (error) {
    if (error instanceof TomlError) fc.pre(false);
    throw error;
  }
}
