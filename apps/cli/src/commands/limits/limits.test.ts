import { join } from 'node:path';
import { openSqliteDatabase } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTerminal, type Terminal } from '../../iron-process.fixture.ts';
import { recordWith } from '../../matchers.fixture.ts';

/** Noon, and ten seconds. */
const NOW = Date.UTC(2026, 2, 1, 12, 0, 10);

/** Without data: limits 1 to 3 are made here, and more by the tests that change some. */
let terminal: Terminal;

beforeAll(async () => {
  terminal = openTerminal({ now: () => NOW });
  await terminal.here('db', 'reset');
  const berlin = ['--requests-per-minute', '60', '--cost-per-month-usd', '20', '--time-zone', 'Europe/Berlin'];
  await terminal.here('limits', 'create', '--user', 'ada', '--tokens-per-day', '1000', ...berlin);
  await terminal.here('limits', 'create', '--user', 'ada', '--project', 'search', '--tokens-per-day', '100');
  await terminal.here('limits', 'create', '--user', 'bob', '--requests-per-minute', '0');
  await withLimits(async (limits) => {
    await limits.hold({ userId: 'ada', requestId: 'done', tokens: 500, costNanos: 0 });
    await limits.settle({ requestId: 'done', tokens: 300, costNanos: 1_234_500_000 });
    await limits.hold({ userId: 'ada', projectId: 'search', requestId: 'open', tokens: 80, costNanos: 2_000_000_000 });
  });
});
afterAll(() => terminal[Symbol.dispose]());

async function withLimits(work: (limits: LimitEnforcer) => Promise<unknown>): Promise<void> {
  using database = await openSqliteDatabase({ kind: 'file', path: join(terminal.folder, 'dev_tokens.db'), mode: 'rw' });
  await using limits = await LimitEnforcer.open(database, { now: () => NOW });
  await work(limits);
}

async function changeHeld(change: string): Promise<void> {
  using database = await openSqliteDatabase({ kind: 'file', path: join(terminal.folder, 'dev_tokens.db'), mode: 'rw' });
  database.connection.exec(`UPDATE usage_limits SET ${change}`);
}

describe('limits show', () => {
  test('says how full all limits are, what is held, and when each resets', async () => {
    expect(await terminal.here('limits', 'show')).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `limit  user  project  of what             full     used   held      left      of  overage  resets
    1  ada   all      tokens a day        38 %      300     80       620    1000        0  in 10 hours
    1  ada   all      requests a minute    3 %        1      1        58      60        0  in 50 seconds
    1  ada   all      cost a month        16 %  $1.2345  $2.00  $16.7655  $20.00    $0.00  in 30 days
    2  ada   search   tokens a day        80 %        0     80        20     100        0  in 11 hours
    3  bob   all      requests a minute  100 %        0      0         0       0        0  in 50 seconds
`,
    });
  });

  test('draws used and held on a terminal, and without colours where nobody wants them', async () => {
    const colourless = { terminal: true, env: { NO_COLOR: '1' } };
    const { stdout } = await terminal.hereWith(colourless, 'limits', 'show', '2');
    const coloured = await terminal.hereWith({ terminal: true }, 'limits', 'show', '2');

    expect(stdout)
      .toBe(`limit  user  project  of what                             full  used  held  left   of  overage  resets
    2  ada   search   tokens a day  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░  80 %     0    80    20  100        0  in 11 hours
`);
    expect(coloured.stdout).toContain('\u001b[1mlimit\u001b[22m');
  });

  test.each([
    [['1'], [1, 1, 1]],
    [
      ['--user', 'ada'],
      [1, 1, 1],
    ],
    [
      ['--user', 'ada', '--project', 'search'],
      [1, 1, 1, 2],
    ],
    [['--user', 'nobody'], []],
    [[], [1, 1, 1, 2, 3]],
  ])('with %j as JSON shows the states that are asked for', async (words, limits) => {
    const { states } = await terminal.json('limits', 'show', ...words);
    expect(states).toEqual(limits.map((limitId) => recordWith({ limitId })));
  });

  test('what limits nobody is said to limit nothing', async () => {
    expect((await terminal.here('limits', 'show', '--user', 'nobody')).stdout).toBe('Nothing is limited.\n');
  });

  test.each([
    [['99'], 1, 'There is no limit 99.'],
    [['1', '--user', 'ada'], 2, '--user: cannot be combined with a limit.'],
    [['--project', 'search'], 2, '--project: needs --user.'],
    [['one'], 2, 'id: must be a whole number, at least 1, not "one".'],
  ])('%j is refused with %i', async (words, exitCode, said) => {
    const refused = await terminal.here('limits', 'show', ...words);
    expect(refused).toMatchObject({ exitCode, stdout: '' });
    expect(refused.stderr).toContain(`Error: ${said}`);
  });
});

describe('limits list', () => {
  test('shows each limit in a line, its maxima empty where there is none', async () => {
    const { stdout } = await terminal.here('limits', 'list', '--user', 'ada');
    expect(stdout).toBe(`id  user  project  tokens a day  requests a minute  cost a month  time zone      created
 1  ada   all              1000                 60        $20.00  Europe/Berlin  2026-03-01 12:00:10 UTC
 2  ada   search            100                                   UTC            2026-03-01 12:00:10 UTC
`);
  });

  test('goes on where it stopped', async () => {
    const first = await terminal.here('limits', 'list', '--limit', '1');
    const cursor = /--cursor (\S+)/.exec(first.stderr)?.[1] ?? '';
    const { items } = await terminal.json('limits', 'list', '--limit', '1', '--cursor', cursor);
    expect(items).toEqual([recordWith({ id: 2, userId: 'ada', projectId: 'search', maxTokensPerDay: 100 })]);
  });
});

describe('limits create and update', () => {
  test('change what is named, and "none" takes a maximum away', async () => {
    const flags = ['--user', 'carl', '--tokens-per-day', '007', '--cost-per-month-usd', '0.000000001'];
    const made = await terminal.json('limits', 'create', ...flags);
    const id = String(made['id']);
    expect(made).toMatchObject({
      maxTokensPerDay: 7,
      maxCostNanosPerMonth: 1,
      maxRequestsPerMinute: null,
      timeZone: 'UTC',
    });

    const changed = ['--tokens-per-day', 'none', '--requests-per-minute', '5', '--time-zone', 'Asia/Kathmandu'];
    expect((await terminal.here('limits', 'update', id, ...changed)).stdout).toBe(`Id             ${id}
User           carl
Project        all
Tokens         any
Requests       5 a minute
Cost           $0.000000001 a month
Time zone      Asia/Kathmandu
Created        2026-03-01 12:00:10 UTC
Changed        2026-03-01 12:00:10 UTC
`);
    await terminal.here('limits', 'delete', id, '--yes');
  });

  test.each([
    [['create', '--tokens-per-day', '5'], 2, '--user: is missing.'],
    [['create', '--user', 'dora'], 2, 'needs --tokens-per-day, --requests-per-minute or --cost-per-month-usd.'],
    [['create', '--user', 'dora', '--time-zone', 'UTC'], 2, 'needs --tokens-per-day'],
    [['create', '--user', 'dora', '--tokens-per-day', 'none'], 1, 'A limit has to limit something'],
    [['create', '--user', 'ada', '--tokens-per-day', '5'], 1, ''],
    [
      ['create', '--user', 'dora', '--tokens-per-day', 'all'],
      2,
      '--tokens-per-day: must be a whole number, at least 0, or "none"',
    ],
    [['create', '--user', 'dora', '--cost-per-month-usd', '1e3'], 2, '--cost-per-month-usd: must be dollars such as'],
    [['create', '--user', 'dora', '--tokens-per-day', '5', '--time-zone', 'Berlin'], 1, 'Berlin'],
    [['update', '1', '--tokens-per-day', '-5'], 2, '--tokens-per-day: needs <count>.'],
    [['update', '1'], 2, 'needs --tokens-per-day'],
    [['update', '99', '--tokens-per-day', '5'], 1, 'There is no limit 99.'],
  ])('%j is refused with %i', async (words, exitCode, said) => {
    const refused = await terminal.here('limits', ...words);
    expect(refused).toMatchObject({ exitCode, stdout: '' });
    expect(refused.stderr).toContain(said);
  });
});

describe('limits delete', () => {
  test('asks, and leaves the limit there unless the answer is yes', async () => {
    const made = await terminal.here('limits', 'create', '--user', 'emil', '--tokens-per-day', '5', '--quiet');
    const id = made.stdout.trim();
    expect(id).toMatch(/^\d+$/);
    const words = ['limits', 'delete', id];

    expect(await terminal.here(...words)).toMatchObject({ exitCode: 2, stdout: '' });
    expect(await terminal.hereWith({ terminal: true, stdin: 'n\n' }, ...words)).toMatchObject({ exitCode: 1 });
    expect(await terminal.here('limits', 'show', id)).toMatchObject({ exitCode: 0 });
    expect(await terminal.hereWith({ terminal: true, stdin: 'y\n' }, ...words)).toMatchObject({ exitCode: 0 });
    expect(await terminal.here('limits', 'show', id)).toMatchObject({ exitCode: 1 });
  });
});

describe('limits holds and release', () => {
  test('shows what calls hold, gives it back by name, and once', async () => {
    expect((await terminal.here('limits', 'holds', '--project', 'search')).stdout).toBe(
      `request  user  project  model  tokens  requests   cost  state  since                    until
open     ada   search              80         1  $2.00  held   2026-03-01 12:00:10 UTC  in 15 minutes
`,
    );
    await withLimits(async (limits) => limits.hold({ userId: 'fred', requestId: 'lost', tokens: 5, costNanos: 0 }));

    expect((await terminal.here('limits', 'release', 'lost', '--reason', 'crashed')).stdout).toBe(
      'Gave back what lost held.\n',
    );
    expect(await terminal.json('limits', 'release', 'lost')).toEqual({ requestId: 'lost', released: false });
    expect(await terminal.json('limits', 'holds', '--state', 'released')).toMatchObject({
      items: [{ requestId: 'lost', endReason: 'crashed', endedAt: NOW }],
      nextCursor: null,
    });
    expect(await terminal.here('limits', 'release', 'never')).toMatchObject({ exitCode: 1, stdout: '' });
  });
});

describe('limits verify', () => {
  test('passes where counters are what the holds add up to, and names those that are not', async () => {
    expect(await terminal.here('limits', 'verify')).toEqual({
      exitCode: 0,
      stdout: 'Every limit counts what its open holds add up to.\n',
      stderr: '',
    });
    await changeHeld('cost_held_nanos = cost_held_nanos + 5 WHERE id = 1');

    expect(await terminal.here('limits', 'verify')).toEqual({
      exitCode: 1,
      stdout: 'limit  of what       counted  holds\n    1  cost     $2.000000005  $2.00\n',
      stderr: '',
    });
    await changeHeld('cost_held_nanos = cost_held_nanos - 5 WHERE id = 1');
    expect(await terminal.json('limits', 'verify')).toEqual({ drifts: [] });
  });
});
