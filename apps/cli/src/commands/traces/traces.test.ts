import { join } from 'node:path';
import { openSqliteDatabase } from '@iron/db';
import { UsageTracker } from '@iron/usage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTerminal, type Terminal } from '../../iron-process.fixture.ts';

const NOON = Date.UTC(2026, 2, 1, 12);
const HOUR = 3_600_000;
const CALL = { tokenId: 1, provider: 'openai', model: 'gpt-4o', endpoint: '/v1/chat/completions', durationMs: 250 };

/** Seeded; three tries of two calls, an hour apart each; the last one kept with what was sent. */
let terminal: Terminal;

beforeAll(async () => {
  terminal = openTerminal({ now: () => NOON });
  await terminal.here('db', 'reset-seed');
  using database = await openSqliteDatabase({ kind: 'file', path: join(terminal.folder, 'dev_tokens.db'), mode: 'rw' });
  let clock = NOON - 2 * HOUR;
  await using tracker = await UsageTracker.open(database, { now: () => clock, tracePayloads: 'redacted' });
  await tracker.recordTrace({ ...CALL, requestId: 'call-1', responseStatus: 429 });
  clock += HOUR;
  const counts = { inputTokens: 1_000, outputTokens: 50, totalTokens: 1_050, costNanos: 3_000_000 };
  await tracker.recordTrace({ ...CALL, ...counts, requestId: 'call-1', responseStatus: 200 });
  clock += HOUR;
  await tracker.recordTrace({ ...CALL, tokenId: 2, model: 'gpt-4o-mini', requestPayload: { prompt: 'Hello,\nworld' } });
});
afterAll(() => terminal[Symbol.dispose]());

test('calls are listed, the latest first', async () => {
  expect(await terminal.here('traces', 'list')).toEqual({
    exitCode: 0,
    stderr: '',
    stdout: `id  time                     token  provider  model        status      ms  tokens    cost  request
 3  2026-03-01 12:00:00 UTC      2  openai    gpt-4o-mini  no answer  250
 2  2026-03-01 11:00:00 UTC      1  openai    gpt-4o       200        250    1050  $0.003  call-1
 1  2026-03-01 10:00:00 UTC      1  openai    gpt-4o       429        250                  call-1
`,
  });
});

test.each([
  [['--token-id', '2'], [3]],
  [
    ['--user', 'user_admin'],
    [2, 1],
  ],
  [['--request', 'call-1', '--status', '429'], [1]],
  [['--model', 'gpt-4o-mini', '--provider', 'openai'], [3]],
  [
    ['--since', '1h'],
    [3, 2],
  ],
  [['--until', '2026-03-01T11:00:00Z'], [1]],
  [['--limit', '1'], [3]],
  [['--user', 'nobody'], []],
])('found by %j', async (flags, ids) => {
  const { items } = await terminal.json('traces', 'list', ...flags);
  expect(items).toHaveLength(ids.length);
  expect(items).toMatchObject(ids.map((id) => ({ id })));
});

test('one is shown with what was sent, on one line, where that was kept', async () => {
  expect((await terminal.here('traces', 'show', '3')).stdout).toBe(`Id             3
Time           2026-03-01 12:00:00 UTC
Token          2
Request        none
Provider       openai
Model          gpt-4o-mini
Endpoint       /v1/chat/completions
Status         no answer
Took           250 ms
Input tokens   not known
Output tokens  not known
All tokens     not known
Cost           not known
Sent           {"prompt":"Hello,\\nworld"}
Answered       not kept
`);
  expect(await terminal.json('traces', 'show', '2')).toMatchObject({ id: 2, costNanos: 3_000_000, totalTokens: 1_050 });
  expect(await terminal.here('traces', 'show', '99')).toMatchObject({ exitCode: 1, stdout: '' });
  expect(await terminal.here('traces', 'list', '--status', '7')).toMatchObject({ exitCode: 2 });
});
