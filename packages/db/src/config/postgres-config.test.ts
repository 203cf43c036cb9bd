import { inspect } from 'node:util';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Config } from './config.ts';
import { loadConfig } from './load-config.ts';
import { projectFolder } from './project-folder.fixture.ts';

const PRODUCTION = { IRON_ENV: 'production' };

describe('a configuration for PostgreSQL', () => {
  test('needs no more than DATABASE_URL beside a file that was written for SQLite', () => {
    const file =
      '[database]\nurl = "sqlite:///./a.db"\nmax_connections = 10\nauto_migrate = true\nforeign_keys = true\n';
    using project = projectFolder({ 'config.prod.toml': file });
    const environment = { ...PRODUCTION, DATABASE_URL: 'postgres://iron:hunter2@db.example.com/tokens' };

    const config = loadConfig({ folder: project.path, environment });

    expect(config.database).toMatchObject({
      location: { kind: 'postgres', host: 'db.example.com', database: 'tokens', ssl: { mode: 'require' } },
      maxConnections: 10,
    });
    expect(config.sources()[0]).toMatchObject({ value: 'postgres://***@db.example.com/tokens' });
    expect(inspect(config.database.location)).not.toContain('hunter2');
  });

  test('has as many connections as SQLite has where nothing is said', () => {
    using project = projectFolder();
    const environment = { DATABASE_URL: 'postgres://iron@localhost/tokens' };
    expect(loadConfig({ folder: project.path, environment }).database.maxConnections).toBe(5);
  });

  test('takes the password from a file that is named relative to it, before PGPASSWORD', () => {
    const file =
      '[database]\nurl = "postgres://iron@db/tokens?sslrootcert=./ca.pem"\npassword_file = "./secrets/iron"\n';
    using project = projectFolder({ 'config.prod.toml': file });
    const environment = { ...PRODUCTION, PGPASSWORD: 'hunter2' };

    const config = loadConfig({ folder: project.path, environment });

    const path = join(project.path, 'secrets/iron');
    expect(config.database.location).toMatchObject({
      password: { kind: 'file', path },
      ssl: { mode: 'verify-full', rootCertificateFile: join(project.path, 'ca.pem') },
    });
    const source = { kind: 'file', file: join(project.path, 'config.prod.toml'), line: 3 };
    expect(config.sources()).toContainEqual({ key: 'database.password_file', value: path, source });
  });

  test('takes a file of a variable from where the person is, and PGPASSWORD if there is none', () => {
    using project = projectFolder();
    const environment = { DATABASE_URL: 'postgres://iron@db/tokens', PGPASSWORD: 'hunter2' };
    const load = (more: NodeJS.ProcessEnv) =>
      loadConfig({ folder: project.path, environment: { ...environment, ...more } }).database.location;

    expect(load({ DATABASE_PASSWORD_FILE: 'secret' })).toMatchObject({
      password: { kind: 'file', path: join(project.path, 'secret') },
    });
    expect(load({})).toMatchObject({ password: { kind: 'text', from: 'PGPASSWORD' } });
  });

  test('reads no variable of libpq that was not handed over', () => {
    using project = projectFolder({ 'config.prod.toml': '[database]\nurl = "postgres://iron@db/tokens"\n' });
    const path = join(project.path, 'config.prod.toml');
    const before = process.env['PGPASSWORD'];
    process.env['PGPASSWORD'] = 'hunter2';
    try {
      expect(Config.fromFile(path).database.location).toMatchObject({ password: { kind: 'passfile', from: 'home' } });
      const location = Config.fromFile(path, { environment: process.env }).database.location;
      expect(location).toMatchObject({ password: { kind: 'text', from: 'PGPASSWORD' } });
    } finally {
      if (before === undefined) delete process.env['PGPASSWORD'];
      else process.env['PGPASSWORD'] = before;
    }
  });
});
