import { wait } from '@iron/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NOON, openTestApi, type Person, type TestApi } from '../../api.fixture.ts';

const ROWS = 2_500;
const HEADER =
  'id,recorded_at,token_id,user_id,project_id,agent_id,request_id,provider,model,input_tokens,output_tokens,' +
  'cached_input_tokens,cache_write_tokens,reasoning_tokens,audio_tokens,total_tokens,requests_count,cost_usd,cost_nanos,price_version';

let api: TestApi;
let admin: Person;
let ada: Person;

/** More rows than one read takes; every fifth is ada's. */
beforeAll(async () => {
  api = await openTestApi();
  admin = await api.person('root', 'admin');
  ada = await api.person('ada', 'viewer', ['usage:read']);
  const sql = `
    INSERT INTO token_usage (
      token_id, request_id, provider, model, input_tokens, output_tokens, cached_input_tokens, cache_write_tokens,
      reasoning_tokens, audio_tokens, total_tokens, requests_count, cost_nanos, price_version, recorded_at
    ) VALUES (?, ?, 'openai', '=gpt', 1, 0, 0, 0, 0, 0, 1, 1, 1500000000, 'v', ?)`;
  await api.services.database.write(function* insertRows(tx) {
    const insert = tx.statement<[number, string, number]>(sql);
    for (let row = 0; row < ROWS; row += 1) {
      yield* wait(insert.run(row % 5 === 0 ? ada.token.id : admin.token.id, `r${row}`, NOON + row));
    }
  });
});
afterAll(async () => await api[Symbol.asyncDispose]());

async function lines(path: string, { secret: as }: Person): Promise<string[]> {
  const { status, body } = await api.ask(`GET /api/usage/export?${path}`, { as });
  expect(status).toBe(200);
  return String(body).trimEnd().split(/\r?\n/);
}

describe('GET /api/usage/export', () => {
  test('writes CSV, each row once and in the order of time, as a file', async () => {
    const { headers } = await api.ask('GET /api/usage/export?format=csv&to=1', { as: admin.secret });
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="usage.csv"',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });

    const [header, ...rows] = await lines('format=csv', admin);
    expect(header).toBe(HEADER);
    expect(rows[1]).toBe(
      `2,2026-03-01T12:00:00.001Z,${admin.token.id},root,,,r1,openai,'=gpt,1,0,0,0,0,0,1,1,1.5,1500000000,v`,
    );
    expect(rows.map((row) => Number(row.split(',')[0]))).toEqual(Array.from({ length: ROWS }, (_, row) => row + 1));
  });

  test('writes NDJSON', async () => {
    const { headers } = await api.ask('GET /api/usage/export?format=ndjson&to=1', { as: admin.secret });
    expect(headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    expect(headers.get('content-disposition')).toBe('attachment; filename="usage.ndjson"');

    const rows = await lines(`format=ndjson&from=${NOON + 10}&to=${NOON + 12}`, admin);
    expect(rows.map((row) => JSON.parse(row) as unknown)).toMatchObject([
      { id: 11, user_id: 'ada', cost_usd: '1.5', cost_nanos: 1_500_000_000, model: '=gpt' },
      { id: 12, user_id: 'root' },
    ]);
  });

  test('has of the records of others none for whoever reaches no further than their own', async () => {
    const [, ...rows] = await lines('format=csv', ada);
    expect(rows).toHaveLength(ROWS / 5);
    expect(rows.filter((row) => row.split(',')[3] !== 'ada')).toEqual([]);
    expect(await lines(`format=csv&tokenId=${admin.token.id}`, ada)).toEqual([HEADER]);
    expect(await api.ask('GET /api/usage/export?format=csv&userId=root', { as: ada.secret })).toMatchObject({
      status: 403,
      body: { code: 'access.not_yours' },
    });
  });

  test.each(['', '?format=xlsx', '?format=csv&limit=5', '?format=csv&format=ndjson'])('refuses %j', async (query) => {
    expect(await api.ask(`GET /api/usage/export${query}`, { as: admin.secret })).toMatchObject({
      status: 400,
      body: { code: 'http.invalid_request' },
    });
  });
});
