import { userInfo } from 'node:os';
import { join } from 'node:path';
import { openSqliteDatabase } from '@iron/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTerminal, type Terminal } from '../../iron-process.fixture.ts';
import { anyText, textMatching } from '../../matchers.fixture.ts';

const NOON = Date.UTC(2026, 2, 1, 12);
const HOUR = 3_600_000;
const OPERATOR = `os:${userInfo().username}`;

/** Seeded; then an agent, a token and its end, and a user who was suspended, an hour apart each. */
let terminal: Terminal;
let clock = NOON;

beforeAll(async () => {
  terminal = openTerminal({ now: () => clock });
  const changes = [
    ['db', 'reset-seed'],
    ['agents', 'create', 'busy', '--providers', 'openai'],
    ['tokens', 'create', '--user', 'ada', '--scopes', 'usage:read'],
    ['tokens', 'revoke', '4', '--reason', 'laptop lost', '--yes'],
    ['users', 'create', 'ada', '--id', 'ada'],
    ['users', 'suspend', 'ada', '--reason', 'on leave'],
  ];
  for (const words of changes) {
    await terminal.here(...words);
    clock += HOUR;
  }
});
afterAll(() => terminal[Symbol.dispose]());

describe('audit list', () => {
  test('says who changed what, the newest first; whoever has the database is named by their account there', async () => {
    const { exitCode, stdout, stderr } = await terminal.here('audit', 'list');
    expect([exitCode, stderr]).toEqual([0, '']);
    const [heading, ...rows] = stdout.trimEnd().split('\n');
    expect(heading).toMatch(/^time +by +action +thing +id +changes$/);
    expect(rows).toEqual([
      textMatching(`^2026-03-01 15:00:00 UTC  ${OPERATOR} +revoke +token +4 +reason: laptop lost$`),
      textMatching(`^2026-03-01 14:00:00 UTC  ${OPERATOR} +create +token +4 +userId: ada, scopes: usage:read$`),
      textMatching(`^2026-03-01 13:00:00 UTC  ${OPERATOR} +create +agent +1 +name: busy, providers: openai$`),
    ]);
  });

  test.each([
    [['--type', 'agent'], [1]],
    [
      ['--type', 'token', '--id', '4'],
      [3, 2],
    ],
    [['--action', 'revoke'], [3]],
    [['--by', OPERATOR, '--limit', '1'], [3]],
    [['--by', 'nobody'], []],
    [
      ['--since', '4h'],
      [3, 2],
    ],
    [
      ['--until', '2026-03-01T15:00:00Z'],
      [2, 1],
    ],
    [['--since', '2026-03-01T14:00:00Z', '--until', '2026-03-01T15:00:00Z'], [2]],
  ])('finds by %j', async (flags, ids) => {
    const { items } = await terminal.json('audit', 'list', ...flags);
    expect(items).toMatchObject(ids.map((id) => ({ id, hash: anyText })));
    expect(items).toHaveLength(ids.length);
  });
});

describe('audit users', () => {
  test('says what was done to whose account, and why', async () => {
    const { stdout } = await terminal.here('audit', 'users');
    expect(stdout.trimEnd().split('\n')).toEqual([
      textMatching(/^time +by +operation +user +reason +now$/),
      textMatching(`^2026-03-01 17:00:00 UTC  ${OPERATOR} +suspend +ada +on leave +state: suspended$`),
      textMatching(`^2026-03-01 16:00:00 UTC  ${OPERATOR} +create +ada +.*username: ada`),
    ]);
    expect(await terminal.json('audit', 'users', '--operation', 'suspend', '--user', 'ada', '--since', '2h')).toEqual({
      items: [
        {
          id: 2,
          operation: 'suspend',
          targetUserId: 'ada',
          performedBy: OPERATOR,
          timestamp: NOON + 5 * HOUR,
          previousState: { state: 'active' },
          newState: { state: 'suspended' },
          reason: 'on leave',
          hash: anyText,
        },
      ],
      nextCursor: null,
    });
    expect(await terminal.here('audit', 'users', '--operation', 'promote')).toMatchObject({ exitCode: 2 });
  });
});

describe('audit verify', () => {
  test('finds both logs whole, and ends with 1 once a row was changed around the triggers', async () => {
    expect(await terminal.here('audit', 'verify')).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: textMatching(
        /^log +rows that fit +last hash +problem\naudit_log +3 +[0-9a-f]{64}\nuser_audit_log +2 +[0-9a-f]{64}\n$/,
      ),
    });
    {
      using opened = await openSqliteDatabase({
        kind: 'file',
        path: join(terminal.folder, 'dev_tokens.db'),
        mode: 'rw',
      });
      const trigger = 'audit_log_refuses_update';
      const sql = opened.connection.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(trigger);
      opened.connection.exec(
        `DROP TRIGGER ${trigger}; UPDATE audit_log SET actor_user_id = 'eve' WHERE id = 2; ${String(sql)}`,
      );
    }
    const broken = await terminal.here('audit', 'verify');
    expect(broken).toMatchObject({ exitCode: 1, stderr: '' });
    expect(broken.stdout).toMatch(/^audit_log +1 +[0-9a-f]{64} +row 2: its content is not what its hash was made of$/m);
    expect(await terminal.json('audit', 'verify')).toMatchObject({
      isWhole: false,
      logs: [
        { log: 'audit_log', rows: 1, broken: { id: 2 } },
        { log: 'user_audit_log', broken: null },
      ],
    });
  });
});
