import {
  type DisposableTempDir,
  mkdirSync,
  mkdtempDisposableSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordWith } from '../matchers.fixture.ts';
import { chooseDatabase, type ChosenFile, type TypedDatabase } from './choose-database.ts';

/** A project with a folder in it, where the person is. */
let temporary: DisposableTempDir;
let project: string;
let cwd: string;

beforeAll(() => {
  temporary = mkdtempDisposableSync(join(tmpdir(), 'iron-choose-'));
  project = realpathSync(temporary.path);
  cwd = join(project, 'deep');
  mkdirSync(cwd);
  writeFileSync(join(project, 'pnpm-workspace.yaml'), '');
  writeFileSync(join(project, 'config.dev.toml'), '[database]\nurl = "sqlite:///./dev_tokens.db"\n');
});
afterAll(() => temporary[Symbol.dispose]());

const flag = (name: string) => ['--database', join(cwd, name)];
const choose = (typed: TypedDatabase, env: NodeJS.ProcessEnv = {}) => chooseDatabase(typed, { cwd, env });
const chooseFile = (...asked: Parameters<typeof choose>): ChosenFile => {
  const chosen = choose(...asked);
  if (chosen.kind !== 'file') throw new TypeError(`${chosen.name} is no file`);
  return chosen;
};

describe('which database a command acts on', () => {
  test('the configured one, in the folder of the project, wherever in it the person is', () => {
    expect(choose({})).toEqual({
      kind: 'file',
      name: join(project, 'dev_tokens.db'),
      path: join(project, 'dev_tokens.db'),
      mode: 'rwc',
      flag: [],
    });
  });

  test('DB_PATH wins over the configuration, a typed path over DB_PATH', () => {
    const env = { DB_PATH: './exported.db', DATABASE_URL: 'sqlite:///./url.db' };

    expect(chooseFile({ path: '../typed.db' }, env).path).toBe(join(project, 'typed.db'));
    expect(chooseFile({ database: 'flag.db' }, env).path).toBe(join(cwd, 'flag.db'));
    expect(chooseFile({}, env).path).toBe(join(cwd, 'exported.db'));
    expect(chooseFile({}, { DATABASE_URL: env.DATABASE_URL }).path).toBe(join(cwd, 'url.db'));
  });

  test('a command that is to act on the same one needs a flag for all but the default', () => {
    expect(choose({ path: 'a.db' }).flag).toEqual(flag('a.db'));
    expect(choose({}, { DB_PATH: 'a.db' }).flag).toEqual(flag('a.db'));
    expect(choose({}, { DATABASE_URL: 'sqlite:///./a.db' }).flag).toEqual(flag('a.db'));
    expect(choose({}, { IRON_ENV: 'development' }).flag).toEqual(['--database', join(project, 'dev_tokens.db')]);
  });

  test.each([
    '007',
    'with space.db',
    'quo\'te".db',
    'que?stion=1.db',
    '100%.db',
    '%41.db',
    'naïve 日本.db',
    'a:b.db',
    '#1.db',
    '-dash.db',
    '~',
    'C:',
    'last',
  ])('the plain name %s is that file, letter by letter', (name) => {
    expect(choose({ path: name })).toMatchObject({ path: join(cwd, name), mode: 'rwc' });
    expect(chooseFile({}, { DB_PATH: name }).path).toBe(join(cwd, name));
  });

  test('a sqlite: URL is read as one, mode included', () => {
    expect(choose({ path: 'sqlite:///./50%25.db?mode=ro' })).toMatchObject({ path: join(cwd, '50%.db'), mode: 'ro' });
    expect(choose({ database: `sqlite://${project}/x.db` })).toMatchObject({ path: join(project, 'x.db') });
  });

  test('a symbolic link is followed, because what SQLite keeps beside a database is beside the real file', () => {
    writeFileSync(join(cwd, 'real.db'), '');
    symlinkSync('deep/real.db', join(project, 'link.db'));

    expect(chooseFile({ path: '../link.db' }).path).toBe(join(cwd, 'real.db'));
  });
});

describe('a database of a PostgreSQL server', () => {
  const url = 'postgres://me:hunter2@db.example.org/tokens?sslmode=require';
  const name = 'postgres://me@db.example.org:5432/tokens';

  test.each([
    ['typed', { database: url }, {}],
    ['exported as DB_PATH', {}, { DB_PATH: url }],
    ['exported as DATABASE_URL', {}, { DATABASE_URL: url }],
  ])('is known by its URL without the password where it was %s', (_, typed, env) => {
    const chosen = choose(typed, env);
    expect(chosen).toMatchObject({ kind: 'postgres', name, location: { host: 'db.example.org', database: 'tokens' } });
    expect(JSON.stringify(chosen)).not.toContain('hunter2');
  });

  test('that was typed needs to be typed again for another command, without its password', () => {
    const typed = 'postgresql://me@db.example.org/tokens?sslmode=require';
    expect(choose({ database: typed }).flag).toEqual(['--database', typed]);
    expect(choose({}, { DATABASE_URL: url }).flag).toEqual([]);
  });

  test.each([
    [url, 'postgres://me@db.example.org/tokens?sslmode=require'],
    ['postgres://me:@db:5433/tokens', 'postgres://me@db:5433/tokens'],
    ['postgres://m%40e:a:b%2Fc%40@[::1]:5433/t', 'postgres://m%40e@[::1]:5433/t'],
    [
      'postgres://me:hunter2@/t?host=/var/run/postgresql&application_name=a:b',
      'postgres://me@/t?host=/var/run/postgresql&application_name=a:b',
    ],
    ['postgresql://me@db/t?sslrootcert=./ca:1.pem', 'postgresql://me@db/t?sslrootcert=./ca:1.pem'],
  ])('keeps everything of a typed %s but the password', (typed, pasted) => {
    expect(choose({ database: typed }).flag).toEqual(['--database', pasted]);
  });

  test('takes its password from the environment of the command', () => {
    const env = { PGPASSWORD: 'hunter2' };
    expect(choose({ database: name }, env)).toMatchObject({
      location: { password: { kind: 'text', from: 'PGPASSWORD' } },
    });
  });
});

describe('what names no database is refused', () => {
  test.each([
    ['postgres://me:hunter2@db/tokens?sslmode=never', 'cli.invalid_value', /^path: .*sslmode/],
    ['mysql://me:hunter2@db/tokens', 'cli.invalid_value', /^path: .*mysql: is unknown/],
    ['file:tokens.db', 'cli.invalid_value', /^path: .*file: URLs are not opened/],
    ['sqlite:tokens.db', 'cli.invalid_value', /^path: .*three slashes/],
    ['sqlite:///./t.db?mode=memory', 'cli.invalid_value', /^path: .*its mode is unknown/],
    ['', 'cli.invalid_value', /^path: is empty\.$/],
    ['caf\uFFFD.db', 'cli.invalid_value', /^path: is not UTF-8\.$/],
    [':memory:', 'cli.memory_database', /^path names a database in memory/],
    ['sqlite::memory:', 'cli.memory_database', /^path names a database in memory/],
    ['t.db ', 'database.unusable_file', /white space/],
    ['nowhere/t.db', 'database.folder_missing', /nowhere does not exist/],
    ['..', 'database.unusable_file', /is a folder/],
  ])('%j', (path, code, message) => {
    const refused = () => choose({ path });

    expect(refused).toThrow(recordWith({ code }));
    expect(refused).toThrow(message);
    expect(refused).not.toThrow(/hunter2/);
  });

  test('an empty DB_PATH is a mistake, never the default database', () => {
    expect(() => choose({}, { DB_PATH: '' })).toThrow('DB_PATH: is empty.');
  });

  test('two names at once are one too many', () => {
    expect(() => choose({ path: 'a.db', database: 'b.db' })).toThrow(
      '--database: names a second database beside "a.db".',
    );
  });

  test('a configured database in memory has no file', () => {
    expect(() => choose({}, { IRON_ENV: 'test' })).toThrow(
      /^database\.url of the configuration names a database in memory/,
    );
  });
});
