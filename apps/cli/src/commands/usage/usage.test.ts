import { join } from 'node:path';
import { openSqliteDatabase } from '@iron/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTerminal, type Terminal } from '../../iron-process.fixture.ts';
import { textMatching } from '../../matchers.fixture.ts';

const NOON = Date.UTC(2026, 2, 10, 12);

/** Token 1 of ada, in the project search, and token 2 of bob, in none; calls of three days, one without a price. */
let terminal: Terminal;

const CALLS = [
  '--token-id 1 --provider openai --model gpt-4o --input 1000 --output 100 --at 2026-03-08T10:00:00Z --cost-usd 2',
  '--token-id 1 --provider openai --model gpt-4o --input 500 --output 50 --at 2026-03-09T23:30:00Z --cost-usd 1',
  '--token-id 2 --provider openai --model gpt-4o --input 250 --output 25 --cost-usd 0.5',
  '--token-id 2 --provider in-house --model =large --input 70 --output 7 --request-id job-1',
];

beforeAll(async () => {
  terminal = openTerminal({ now: () => NOON });
  await terminal.here('db', 'reset');
  await terminal.here('tokens', 'create', '--user', 'ada', '--project', 'search');
  await terminal.here('tokens', 'create', '--user', 'bob');
  for (const call of CALLS) await terminal.here('usage', 'record', ...call.split(' '));
});
afterAll(() => terminal[Symbol.dispose]());

async function said(...words: string[]): Promise<string> {
  const ended = await terminal.here('usage', ...words);
  expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
  return ended.stdout;
}

describe('usage report', () => {
  test('adds up by user and model, with a total, and calls unknown what has no price', async () => {
    expect(await said('report', '--by', 'user,model')).toBe(
      `user   model   requests  input  output     cost  unpriced
ada    gpt-4o         2   1500     150    $3.00         0
bob    =large         1     70       7  unknown         1
bob    gpt-4o         1    250      25    $0.50         0
total                 4   1820     182    $3.50         1
`,
    );
  });

  test('draws bars on a terminal: the part of the cost, or of the tokens where nothing has a cost', async () => {
    const options = { terminal: true, env: { NO_COLOR: '1' } };
    const byUser = await terminal.hereWith(options, 'usage', 'report', '--by', 'user', '--model', 'gpt-4o');
    const unpriced = await terminal.hereWith(options, 'usage', 'report', '--by', 'model', '--provider', 'in-house');

    expect(byUser.stdout).toBe(`user   requests  input  output   cost
ada           2   1500     150  $3.00  ████████████████████████
bob           1    250      25  $0.50  ████
total         3   1750     175  $3.50
`);
    expect(unpriced.stdout).toContain('unknown         1  ████████████████████████\n');
  });

  test('goes by the days of a time zone', async () => {
    const days = ['report', '--interval', 'day', '--since', '2026-03-08', '--time-zone', 'Europe/Berlin'];
    expect(await said(...days, '--user', 'ada')).toBe(`day         requests  input  output   cost
2026-03-08         1   1000     100  $2.00
2026-03-10         1    500      50  $1.00
total              2   1500     150  $3.00
`);
  });

  test.each([
    [[], '4'],
    [['--since', '1d'], '3'],
    [['--since', '2026-03-09', '--until', '2026-03-10'], '1'],
    [['--project', 'search'], '2'],
    [['--without-project'], '2'],
    [['--without-agent'], '4'],
    [['--token-id', '2'], '2'],
    [['--provider', 'openai', '--model', 'gpt-4o', '--user', 'ada'], '2'],
  ])('with %j counts %s requests', async (flags, requests) => {
    expect(await terminal.json('usage', 'report', ...flags)).toMatchObject({
      items: [{ period: null, requests }],
      nextCursor: null,
      totals: { requests },
    });
  });

  test('without a dimension is one line, and without usage says so', async () => {
    expect(await said('report', '--user', 'ada')).toBe(
      '       requests  input  output   cost\ntotal         2   1500     150  $3.00\n',
    );
    expect(await said('report', '--user', 'nobody', '--by', 'model')).toBe('Nothing was used.\n');
  });

  test('as CSV harms no spreadsheet, and has an empty cost where none is known', async () => {
    const lines = (await said('report', '--by', 'project,model', '--interval', 'month', '--csv')).split('\r\n');
    const month = '2026-03,2026-03-01T00:00:00.000Z,2026-03-11T00:00:00.000Z';

    expect(lines).toEqual([
      'period,period_start,period_end,project,model,requests,input_tokens,output_tokens,cached_input_tokens,' +
        'cache_write_tokens,reasoning_tokens,audio_tokens,total_tokens,cost_usd,cost_nanos,unpriced_requests',
      `${month},,'=large,1,70,7,0,0,0,0,77,,,1`,
      `${month},,gpt-4o,1,250,25,0,0,0,0,275,0.5,500000000,0`,
      `${month},search,gpt-4o,2,1500,150,0,0,0,0,1650,3,3000000000,0`,
      '',
    ]);
  });

  test.each([
    [['--by', 'users'], 2, '--by: must be one of token, user, project, agent, provider, model, not "users".'],
    [['--by', 'user,user'], 1, 'names a dimension twice'],
    [['--interval', 'week'], 2, '--interval: must be one of hour, day, month, not "week".'],
    [['--interval', 'day', '--time-zone', 'Mars'], 1, 'must be a time zone'],
    [['--since', 'yesterday'], 2, '--since: must be a date (2027-01-01)'],
    [['--since', '2026-03-02', '--until', '2026-03-01'], 1, 'must not be after'],
    [['--project', 'x', '--without-project'], 2, '--project: cannot be combined with --without-project.'],
    [['--csv', '--cursor', 'x'], 2, '--csv: prints all there is, and has no --cursor.'],
  ])('%j is refused with %i', async (flags, exitCode, message) => {
    const refused = await terminal.here('usage', 'report', ...flags);
    expect(refused).toMatchObject({ exitCode, stdout: '' });
    expect(refused.stderr).toContain(message);
  });

  test('--csv and --json are two things', async () => {
    const { exitCode, stdout } = await terminal.here('usage', 'report', '--csv', '--json');
    expect([exitCode, stdout]).toEqual([2, textMatching('cli.invalid_value')]);
  });
});

describe('usage record and list', () => {
  test('shows what a call cost; recorded again under its request id, it counts once', async () => {
    const call = [...(CALLS[3] ?? '').split(' '), '--json'];
    const [again, other] = [
      await terminal.here('usage', 'record', ...call),
      await terminal.here('usage', 'record', ...call.map((word) => (word === '70' ? '71' : word))),
    ];
    expect(JSON.parse(again.stdout)).toEqual({ usageId: 4, requestId: 'job-1', costNanos: null, priceVersion: null });
    expect(other.exitCode).toBe(1);
    expect(await said('list', '--user', 'bob')).toBe(
      `id  time                     token  user  project  provider  model   input  output     cost  request
 3  2026-03-10 12:00:00 UTC      2  bob            openai    gpt-4o    250      25    $0.50
 4  2026-03-10 12:00:00 UTC      2  bob            in-house  =large     70       7  unknown  job-1
`,
    );
    expect(await terminal.json('usage', 'list', '--since', '2d', '--all')).toMatchObject({
      items: [{ id: 2, costNanos: 1_000_000_000 }, { id: 3 }, { id: 4, costNanos: null }],
      nextCursor: null,
    });
  });

  test.each([
    [
      ['--token-id', '9', '--provider', 'a', '--model', 'b', '--input', '1', '--output', '1'],
      1,
      'no token with the id 9',
    ],
    [
      ['--token-id', '1', '--provider', 'a', '--model', 'b', '--input', '-1', '--output', '1'],
      2,
      '--input: needs <count>',
    ],
    [['--token-id', '1', '--provider', 'a', '--model', 'b', '--input', '1'], 2, '--output: is missing'],
    [
      ['--token-id', '1', '--provider', 'a', '--model', 'b', '--input', '1', '--output', '1', '--cached-input', '2'],
      1,
      '',
    ],
  ])('%j is refused with %i', async (flags, exitCode, message) => {
    const refused = await terminal.here('usage', 'record', ...flags);
    expect(refused).toMatchObject({ exitCode, stdout: '' });
    expect(refused.stderr).toContain(message);
  });
});

describe('usage export', () => {
  test('prints CSV, or NDJSON, of what is asked for', async () => {
    const csv = (await said('export', '--user', 'ada')).split('\r\n');
    const lines = (await said('export', '--format', 'ndjson', '--model', '=large')).split('\n');

    expect(csv.map((line) => line.split(',').slice(0, 5).join())).toEqual([
      'id,recorded_at,token_id,user_id,project_id',
      '1,2026-03-08T10:00:00.000Z,1,ada,search',
      '2,2026-03-09T23:30:00.000Z,1,ada,search',
      '',
    ]);
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ id: 4, model: '=large', cost_usd: null });
  });

  test('what is no format, or one document of something else, is refused', async () => {
    expect(await terminal.here('usage', 'export', '--format', 'xlsx')).toMatchObject({ exitCode: 2, stdout: '' });
    expect(await terminal.here('usage', 'export', '--json')).toMatchObject({ exitCode: 2, stderr: '' });
  });
});

describe('usage unpriced and reprice', () => {
  test('name what has no price, and price it once there is one', async () => {
    expect(await said('unpriced')).toBe(
      `provider  model   calls  first                    last
in-house  =large      1  2026-03-10 12:00:00 UTC  2026-03-10 12:00:00 UTC
`,
    );
    expect(await said('reprice')).toBe('Looked at      1\nNewly priced   0\nUnpriced       1\nCost           +$0.00\n');
    await terminal.here('prices', 'set', 'in-house', '=large', '--input', '100', '--output', '100');

    expect(await terminal.json('usage', 'reprice', '--provider', 'in-house', '--since', '1d')).toEqual({
      rows: 1,
      priced: 1,
      unpriced: 0,
      costChangeNanos: '7700000',
    });
    expect(await said('unpriced')).toBe('Every call has a price.\n');
  });

  test('asks before it bills anew what was billed before', async () => {
    expect(await terminal.here('usage', 'reprice', '--all')).toMatchObject({ exitCode: 2, stdout: '' });
    expect(await terminal.json('usage', 'reprice', '--all', '--yes')).toMatchObject({
      priced: 0,
      costChangeNanos: '0',
    });
  });
});

describe('usage verify and rebuild', () => {
  test('name sums that are wrong, and make them anew', async () => {
    expect(await said('verify')).toBe('The sums of 3 days are what the calls add up to.\n');
    using database = await openSqliteDatabase({
      kind: 'file',
      path: join(terminal.folder, 'dev_tokens.db'),
      mode: 'rw',
    });
    database.connection.exec('UPDATE _usage_by_token SET cost_nanos = cost_nanos + 5 WHERE token_id = 2');

    expect(await terminal.here('usage', 'verify')).toEqual({
      exitCode: 1,
      stderr: '',
      stdout: `start                    of what  sum         kept       calls add up to
2026-03-10 00:00:00 UTC  token 2  cost_nanos  507700005  507700000

1 sum of 3 days wrong
`,
    });
    expect(await said('rebuild')).toBe(
      `Database       ${terminal.folder}/dev_tokens.db\nMade the sums of 3 days anew.\n`,
    );
    expect(await terminal.json('usage', 'verify')).toEqual({ days: 3, drifted: 0, drifts: [] });
    expect(await terminal.json('audit', 'list', '--type', 'usage')).toMatchObject({
      items: [{ action: textMatching('rebuild'), actorUserId: textMatching(/^os:/) }, {}],
    });
  });
});
