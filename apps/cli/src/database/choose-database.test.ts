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
import { chooseDatabase, type TypedDatabase } from './choose-database.ts';

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

describe('which database a command acts on', () => {
  test('the configured one, in the folder of the project, wherever in it the person is', () => {
    expect(choose({})).toEqual({ path: join(project, 'dev_tokens.db'), mode: 'rwc', flag: [] });
  });

  test('DB_PATH wins over the configuration, a typed path over DB_PATH', () => {
    const env = { DB_PATH: './exported.db', DATABASE_URL: 'sqlite:///./url.db' };

    expect(choose({ path: '../typed.db' }, env).path).toBe(join(project, 'typed.db'));
    expect(choose({ database: 'flag.db' }, env).path).toBe(join(cwd, 'flag.db'));
    expect(choose({}, env).path).toBe(join(cwd, 'exported.db'));
    expect(choose({}, { DATABASE_URL: env.DATABASE_URL }).path).toBe(join(cwd, 'url.db'));
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
    expect(choose({}, { DB_PATH: name }).path).toBe(join(cwd, name));
  });

  test('a sqlite: URL is read as one, mode included', () => {
    expect(choose({ path: 'sqlite:///./50%25.db?mode=ro' })).toMatchObject({ path: join(cwd, '50%.db'), mode: 'ro' });
    expect(choose({ database: `sqlite://${project}/x.db` })).toMatchObject({ path: join(project, 'x.db') });
  });

  test('a symbolic link is followed, because what SQLite keeps beside a database is beside the real file', () => {
    writeFileSync(join(cwd, 'real.db'), '');
    symlinkSync('deep/real.db', join(project, 'link.db'));

    expect(choose({ path: '../link.db' }).path).toBe(join(cwd, 'real.db'));
  });
});

describe('what names no database file is refused', () => {
  test.each([
    ['postgres://me:hunter2@db/tokens', 'cli.invalid_value', /^path: .*PostgreSQL is not supported yet/],
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
