import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readMigrations } from '@iron/db';
import { describe, expect, test } from 'vitest';
import { listWith, textMatching } from '../../matchers.fixture.ts';
import { IRON, openTerminal, readDocument } from '../../iron-process.fixture.ts';
import { SEEDED, SEEDED_TEXT } from './seeded-contents.fixture.ts';

const NUMBERS = readMigrations().map(({ file }) => file.slice(0, 3));
const MIGRATIONS = `Migrations     ${NUMBERS.join(', ')} applied`;
const EMPTY = { ...SEEDED, users: 0, tokens: 0, usageRecords: 0, limits: 0 };

describe('reset-seed', () => {
  test('makes the default database where there is none, and says what it made', () => {
    using terminal = openTerminal();

    expect(terminal.iron('db', 'reset-seed')).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `Database       ${terminal.folder}/dev_tokens.db
Backup         none: there was nothing to back up
${MIGRATIONS}

${SEEDED_TEXT}`,
    });
    expect(statSync(join(terminal.folder, 'dev_tokens.db')).mode & 0o777).toBe(0o600);
    expect(existsSync(join(terminal.folder, 'backups'))).toBe(false);
  });

  test('backs up what was there, and the command that it prints brings it back when it is pasted', async () => {
    using terminal = openTerminal();
    const name = "it's 100% a?b é.db";
    await terminal.here('db', 'reset-seed', name);

    const { stdout } = terminal.iron('db', 'reset', name);
    const [, backup = ''] = /^Backup +(.*)$/m.exec(stdout) ?? [];
    const [, undo = ''] = /^Undo +(.*)$/m.exec(stdout) ?? [];

    expect(stdout).toContain(`Database       ${terminal.folder}/${name}\n`);
    expect(backup).toMatch(/\/backups\/it's 100% a\?b é_backup_\d{8}_\d{6}\.db$/);
    expect(existsSync(backup)).toBe(true);
    expect(await terminal.json('db', 'inspect', 'users', '--database', name)).toMatchObject({ total: 0 });
    expect(terminal.shell(undo)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await terminal.json('db', 'inspect', 'users', '--database', name)).toMatchObject({ total: 3 });
  });

  test('as JSON is one document with everything in it', async () => {
    using terminal = openTerminal();
    const database = join(terminal.folder, 'x.db');
    const first = await terminal.json('db', 'reset-seed', 'x.db');
    const second = await terminal.json('db', 'reset', 'x.db');

    expect(first).toEqual({
      database,
      migrations: listWith('001_initial_schema.sql', '008_agents.sql'),
      counts: SEEDED,
      credentials: {
        users: [
          { username: 'admin', role: 'admin', isActive: true },
          { username: 'project_manager', role: 'user', isActive: true },
          { username: 'viewer', role: 'viewer', isActive: true },
        ],
        tokens: [
          { owner: 'admin', token: 'iron_dev_admin_token_001', project: 'project_alpha' },
          { owner: 'project_manager', token: 'iron_dev_pm_token_002', project: 'project_beta' },
          { owner: 'viewer', token: 'iron_dev_viewer_token_003', project: 'project_beta' },
        ],
      },
      backup: null,
      setAside: null,
      undo: null,
    });
    expect(second).toMatchObject({
      counts: EMPTY,
      credentials: null,
      backup: { reason: 'reset', rows: { users: 3, token_usage: 7 } },
      undo: textMatching(new RegExp(`${IRON} db restore --last --database ${database}$`)),
    });
  });

  test('refuses production with exit code 1, and touches nothing', () => {
    using terminal = openTerminal();
    const refused = terminal.ironWith({ IRON_ENV: 'production' }, 'db', 'reset-seed', 'x.db', '--json');

    expect(refused.exitCode).toBe(1);
    expect(readDocument(refused)).toMatchObject({
      database: join(terminal.folder, 'x.db'),
      error: { code: 'lifecycle.production_refused' },
    });
    expect(existsSync(join(terminal.folder, 'x.db'))).toBe(false);
  });
});
