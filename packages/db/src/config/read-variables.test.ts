import { describe, expect, test } from 'vitest';
import { InvalidConfigError } from './config-errors.ts';
import { loadConfig } from './load-config.ts';
import { projectFolder } from './project-folder.fixture.ts';

function problemsWith(environment: NodeJS.ProcessEnv): readonly string[] {
  using project = projectFolder();
  try {
    loadConfig({ folder: project.path, environment });
    return [];
  } catch (error) {
    if (error instanceof InvalidConfigError) return error.problems.map(({ where, text }) => `${where}: ${text}`);
    throw error;
  }
}

describe('an environment variable', () => {
  test.each(['', '0', '101', '-1', '+5', '5.0', '1e1', ' 5', '05', 'ten', '99999999999999999999'])(
    'DATABASE_MAX_CONNECTIONS=%j is refused',
    (text) => {
      expect(problemsWith({ DATABASE_MAX_CONNECTIONS: text })).toEqual([
        expect.stringContaining('database.max_connections must be a whole number from 1 to 100, found '),
      ]);
    },
  );

  test.each([
    ['SERVER_PORT', 'tcp://10.0.0.1:80', 'port must be a whole number from 0 to 65535'], // of Kubernetes, for a service "server"
    ['SERVER_PORT', '', 'port must be a whole number from 0 to 65535'],
    ['SERVER_CORS_ORIGINS', '', 'cors_origins must be a list of origins such as https://iron.example.com'],
    ['SERVER_CORS_ORIGINS', 'https://a.example, https://b.example', 'cors_origins must be a list of origins'],
    ['SERVER_LOG_LEVEL', 'INFO', 'log_level must be silent, error, warn, info or debug'],
    ['SERVER_HOST', '', 'host must be a host name or an IP address'],
  ])('%s=%j is refused', (name, text, message) => {
    expect(problemsWith({ [name]: text })).toEqual([expect.stringContaining(`${name}: server.${message}`)]);
  });

  test.each(['', 'TRUE', 'yes', '1', 'on', ' true'])('DATABASE_AUTO_MIGRATE=%j is refused', (text) => {
    expect(problemsWith({ DATABASE_AUTO_MIGRATE: text })).toEqual([
      `DATABASE_AUTO_MIGRATE: database.auto_migrate must be true or false, found ${JSON.stringify(text)}.`,
    ]);
  });

  test('is named when it is empty', () => {
    expect(problemsWith({ DATABASE_URL: '' })).toEqual([
      'DATABASE_URL: database.url must be a database URL, found "".',
    ]);
  });

  test('with a URL that is refused is named, and its password is not shown', () => {
    expect(problemsWith({ DATABASE_URL: 'postgres://me:hunter2@host/db?sslmod=require' })).toEqual([
      'DATABASE_URL: database.url "postgres://***@host/db?sslmod=***" is refused: it has an unknown parameter sslmod (did you mean sslmode?). Parameters are host, sslmode, sslrootcert, sslcert, sslkey, application_name, connect_timeout, passfile, with & between them.',
    ]);
  });

  test.each([
    ['DATABASE_AUTOMIGRATE', 'DATABASE_AUTO_MIGRATE'],
    ['DATABASE_MAX_CONNECTION', 'DATABASE_MAX_CONNECTIONS'],
    ['DATABASE_FOREIGN_KEY', 'DATABASE_FOREIGN_KEYS'],
    ['DATABASE_PASSWORDFILE', 'DATABASE_PASSWORD_FILE'],
    ['SERVER_CORS_ORIGIN', 'SERVER_CORS_ORIGINS'],
    ['SERVER_LOGLEVEL', 'SERVER_LOG_LEVEL'],
    ['DEVELOPMENT_AUTOSEED', 'DEVELOPMENT_AUTO_SEED'],
    ['DEVELOPMENT_DEBUGS', 'DEVELOPMENT_DEBUG'],
  ])('%s is taken for a misspelt %s', (name, meant) => {
    expect(problemsWith({ [name]: 'false' })).toEqual([
      `${name}: unknown variable; did you mean ${meant}? Rename or unset it.`,
    ]);
  });

  test.each([
    'DATABASE_USER',
    'DATABASE_URI',
    'DATABASE_PASSWORD',
    'DATABASE_PORT',
    'DATABASE_MAX_CONN',
    'SERVER_NAME',
    'PRODUCTION_AUTOSEED',
  ])('%s is left to whatever other program it is for', (name) => {
    expect(problemsWith({ [name]: 'false' })).toEqual([]);
  });
});

describe('variables that contradict each other', () => {
  test.each([
    [
      { DATABASE_URL: 'sqlite::memory:', DATABASE_MAX_CONNECTIONS: '2' },
      'DATABASE_MAX_CONNECTIONS: database.max_connections must be 1 for a database in memory (sqlite::memory:), found 2.',
    ],
    [
      { DATABASE_URL: 'sqlite::memory:', DATABASE_AUTO_MIGRATE: 'false' },
      'DATABASE_AUTO_MIGRATE: database.auto_migrate must be true for a database in memory: it is empty each time it is opened.',
    ],
    [
      { DATABASE_URL: 'postgres://me@host/db', DATABASE_FOREIGN_KEYS: 'false' },
      'DATABASE_FOREIGN_KEYS: database.foreign_keys must be true for PostgreSQL: only SQLite can leave references unchecked.',
    ],
    [
      { DATABASE_URL: 'sqlite:///./a.db', DATABASE_PASSWORD_FILE: '/run/secrets/iron' },
      'DATABASE_PASSWORD_FILE: database.password_file is for PostgreSQL; sqlite:///./a.db has no password.',
    ],
    [
      { DATABASE_URL: 'postgres://me:hunter2@host/db', DATABASE_PASSWORD_FILE: '/run/secrets/iron' },
      'DATABASE_PASSWORD_FILE: database.password_file gives a password, and database.url holds a password as well; keep one of the two.',
    ],
    [
      { DATABASE_URL: 'postgres://me@host/db?passfile=/l', DATABASE_PASSWORD_FILE: '/run/secrets/iron' },
      'DATABASE_PASSWORD_FILE: database.password_file gives a password, and database.url has a passfile as well; keep one of the two.',
    ],
    [
      { DATABASE_URL: 'sqlite:///./a.db?mode=ro', DEVELOPMENT_AUTO_SEED: 'true' },
      'DEVELOPMENT_AUTO_SEED: development.auto_seed must be false for a database that is only read (mode=ro).',
    ],
  ])('are refused: %j', (environment, problem) => {
    expect(problemsWith(environment)).toEqual([problem]);
  });
});
