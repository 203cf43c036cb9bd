import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from './load-config.ts';
import { projectFolder } from './project-folder.fixture.ts';

const PRODUCTION = { IRON_ENV: 'production' };

function failureOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('loadConfig', () => {
  test('has defaults for development, with the database in the folder, where there is no file', () => {
    using project = projectFolder();

    expect(loadConfig({ folder: project.path, environment: {} })).toEqual({
      environment: 'development',
      file: null,
      database: {
        url: 'sqlite:///./dev_tokens.db?mode=rwc',
        location: { kind: 'file', path: join(project.path, 'dev_tokens.db'), mode: 'rwc' },
        maxConnections: 5,
        autoMigrate: true,
        foreignKeys: true,
      },
      server: { host: '127.0.0.1', port: 3_000, corsOrigins: [], logLevel: 'info', tracePayloads: 'off' },
      debug: false,
      autoSeed: false,
    });
  });

  test('has defaults for tests: one connection to a database in memory', () => {
    using project = projectFolder();
    const config = loadConfig({ folder: project.path, environment: { IRON_ENV: 'test' } });
    expect(config).toMatchObject({
      environment: 'test',
      database: { location: { kind: 'memory' }, maxConnections: 1 },
    });
  });

  test('takes each value from the environment, else from the file, else from the defaults, and tells which', () => {
    using project = projectFolder({
      'config.prod.toml': `[database]
url = "sqlite:///./a.db"
max_connections = 10

[server]
port = 8080
cors_origins = ["https://a.example"]

[production]
debug = false
`,
    });
    const environment = {
      ...PRODUCTION,
      DATABASE_MAX_CONNECTIONS: '20',
      SERVER_LOG_LEVEL: 'debug',
      PRODUCTION_DEBUG: 'true',
    };

    const config = loadConfig({ folder: project.path, environment });

    const file = join(project.path, 'config.prod.toml');
    expect(config.sources()).toEqual([
      { key: 'database.url', value: 'sqlite:///./a.db', source: { kind: 'file', file, line: 2 } },
      {
        key: 'database.max_connections',
        value: 20,
        source: { kind: 'environment', variable: 'DATABASE_MAX_CONNECTIONS' },
      },
      { key: 'database.auto_migrate', value: true, source: { kind: 'default' } },
      { key: 'database.foreign_keys', value: true, source: { kind: 'default' } },
      { key: 'server.host', value: '127.0.0.1', source: { kind: 'default' } },
      { key: 'server.port', value: 8_080, source: { kind: 'file', file, line: 6 } },
      { key: 'server.cors_origins', value: ['https://a.example'], source: { kind: 'file', file, line: 7 } },
      {
        key: 'server.log_level',
        value: 'debug',
        source: { kind: 'environment', variable: 'SERVER_LOG_LEVEL' },
      },
      { key: 'server.trace_payloads', value: 'off', source: { kind: 'default' } },
      { key: 'production.debug', value: true, source: { kind: 'environment', variable: 'PRODUCTION_DEBUG' } },
      { key: 'production.auto_seed', value: false, source: { kind: 'default' } },
    ]);
    expect(config).toMatchObject({ file, debug: true, database: { maxConnections: 20 } });
  });

  test('lets a variable set every key that SQLite has', () => {
    using project = projectFolder();
    const environment = {
      DATABASE_URL: 'sqlite:///srv/t.db?mode=rw',
      DATABASE_MAX_CONNECTIONS: '100',
      DATABASE_AUTO_MIGRATE: 'false',
      DATABASE_FOREIGN_KEYS: 'false',
      SERVER_HOST: '::',
      SERVER_PORT: '0',
      SERVER_CORS_ORIGINS: 'https://a.example,http://localhost:5173',
      SERVER_LOG_LEVEL: 'silent',
      SERVER_TRACE_PAYLOADS: 'redacted',
      DEVELOPMENT_DEBUG: 'true',
      DEVELOPMENT_AUTO_SEED: 'true',
    };

    const config = loadConfig({ folder: project.path, environment });

    expect(config).toMatchObject({
      database: { url: 'sqlite:///srv/t.db?mode=rw', maxConnections: 100, autoMigrate: false, foreignKeys: false },
      server: {
        host: '::',
        port: 0,
        corsOrigins: ['https://a.example', 'http://localhost:5173'],
        logLevel: 'silent',
        tracePayloads: 'redacted',
      },
      debug: true,
      autoSeed: true,
    });
    expect(config.sources().map(({ source }) => source.kind)).toEqual(Array(11).fill('environment'));
  });

  test('does not read the variables of another environment', () => {
    using project = projectFolder();
    const environment = { PRODUCTION_DEBUG: 'maybe', TEST_AUTO_SEED: 'true' };
    expect(loadConfig({ folder: project.path, environment })).toMatchObject({ debug: false, autoSeed: false });
  });

  test('resolves a path of the file from the file, and one of a variable from where the person is', () => {
    using project = projectFolder({
      'pnpm-workspace.yaml': '',
      'config.dev.toml': '[database]\nurl = "sqlite:///./a.db"\n',
      'apps/cli/readme.md': '',
    });
    const folder = join(project.path, 'apps/cli');

    const ofFile = loadConfig({ folder, environment: {} });
    const ofVariable = loadConfig({ folder, environment: { DATABASE_URL: 'sqlite:///./a.db' } });

    expect(ofFile.database.location).toMatchObject({ path: join(project.path, 'a.db') });
    expect(ofVariable.database.location).toMatchObject({ path: join(folder, 'a.db') });
  });

  test('resolves the default path from the file that was found, as if it stood there', () => {
    using project = projectFolder({ '.git': '', 'config.dev.toml': '', 'a/b.txt': '' });
    const config = loadConfig({ folder: join(project.path, 'a'), environment: {} });
    expect(config.database.location).toMatchObject({ path: join(project.path, 'dev_tokens.db') });
  });
});

describe('the file that loadConfig finds', () => {
  test.each([
    ['development', 'config.dev.toml'],
    ['development', 'config.development.toml'],
    ['test', 'config.test.toml'],
    ['production', 'config.prod.toml'],
    ['production', 'config.production.toml'],
  ])('for %s may be %s', (environment, name) => {
    using project = projectFolder({ [name]: '[database]\nurl = "sqlite:///./a.db"\n' });
    const config = loadConfig({ folder: project.path, environment: { IRON_ENV: environment } });
    expect(config).toMatchObject({ environment, file: join(project.path, name) });
  });

  test('is the nearest one up to the root of the project, and never one above it', () => {
    using project = projectFolder({
      'config.dev.toml': '',
      'work/.git/HEAD': '',
      'work/a/config.dev.toml': '',
      'work/a/b/c.txt': '',
      'work/x.txt': '',
    });
    const found = (folder: string) => loadConfig({ folder: join(project.path, folder), environment: {} }).file;

    expect(found('work/a/b')).toBe(join(project.path, 'work/a/config.dev.toml'));
    expect(found('work')).toBe(null);
  });

  test('lies in the folder itself where there is no project around it', () => {
    using project = projectFolder({ 'config.dev.toml': '', 'a/b.txt': '' });
    expect(loadConfig({ folder: join(project.path, 'a'), environment: {} }).file).toBe(null);
    expect(loadConfig({ folder: project.path, environment: {} }).file).toBe(join(project.path, 'config.dev.toml'));
  });

  test('is refused when it is there under two names', () => {
    using project = projectFolder({ 'config.prod.toml': '', 'config.production.toml': '' });
    expect(failureOf(() => loadConfig({ folder: project.path, environment: PRODUCTION }))).toMatchObject({
      code: 'config.ambiguous_file',
      message: `${project.path} holds both config.prod.toml and config.production.toml; expected one file for production.`,
    });
  });

  test('is not passed over when it is a link that leads nowhere, or a folder', () => {
    using project = projectFolder({ '.git': '' });
    symlinkSync('gone.toml', join(project.path, 'config.dev.toml'));
    mkdirSync(join(project.path, 'config.test.toml'));
    const load = (name: string) =>
      failureOf(() => loadConfig({ folder: project.path, environment: { IRON_ENV: name } }));

    expect(load('development')).toMatchObject({ code: 'config.file_not_found' });
    expect(load('test')).toMatchObject({ code: 'config.unreadable_file' });
  });
});

describe('IRON_ENV', () => {
  test('that holds a URL by mistake is named without its password', () => {
    const failure = failureOf(() => loadConfig({ environment: { IRON_ENV: 'postgres://iron:hunter2@host/db' } }));
    expect(failure).toMatchObject({ code: 'config.unknown_environment' });
    expect(String(failure)).not.toContain('hunter2');
  });

  test.each([
    ['prod', 'Did you mean IRON_ENV=production?'],
    ['Test', 'Did you mean IRON_ENV=test?'],
    ['staging', 'Unset it, or set it to one of them.'],
    ['', 'Unset it, or set it to one of them.'],
  ])('set to %j is refused', (name, hint) => {
    expect(failureOf(() => loadConfig({ environment: { IRON_ENV: name } }))).toMatchObject({
      code: 'config.unknown_environment',
      message: `IRON_ENV is ${JSON.stringify(name)}; it must be development, test, production or not set (development).`,
      hint,
    });
  });
});

describe('production', () => {
  test('needs no file when DATABASE_URL is set', () => {
    using project = projectFolder();
    const environment = { ...PRODUCTION, DATABASE_URL: 'sqlite:///srv/t.db' };
    expect(loadConfig({ folder: project.path, environment }).database.location).toEqual({
      kind: 'file',
      path: '/srv/t.db',
      mode: 'rwc',
    });
  });

  test('without a file and without DATABASE_URL is refused, with what was looked for and where', () => {
    using project = projectFolder({ '.git': '', 'a/b.txt': '' });
    const folder = join(project.path, 'a');
    expect(failureOf(() => loadConfig({ folder, environment: PRODUCTION }))).toMatchObject({
      code: 'config.invalid',
      message: `There is no config.prod.toml or config.production.toml from ${folder} up to ${project.path}: database.url is not set; production has no default. Set DATABASE_URL, or url = "sqlite:///…" or "postgres://…" below [database].`,
    });
  });

  test('refuses seed data and references that are not enforced, from the file and from variables', () => {
    using project = projectFolder({
      'config.prod.toml': '[database]\nurl = "sqlite:///./a.db"\n[production]\nauto_seed = true\n',
    });
    const environment = { ...PRODUCTION, DATABASE_FOREIGN_KEYS: 'false' };
    expect(failureOf(() => loadConfig({ folder: project.path, environment }))).toMatchObject({
      problems: [
        {
          where: `${join(project.path, 'config.prod.toml')}:4`,
          text: 'production.auto_seed must be false: seed data are for development.',
        },
        { where: 'DATABASE_FOREIGN_KEYS', text: 'database.foreign_keys must be true in production.' },
      ],
    });
  });
});
