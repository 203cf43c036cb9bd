import { AdmissionController } from '@iron/admission';
import { LimitEnforcer } from '@iron/limits';
import { TokenStorage } from '@iron/tokens';
import { beforeAll, afterAll, describe, expect, test } from 'vitest';
import { openTestServer, type TestServer } from '../served.fixture.ts';

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await openTestServer();
  const tokens = await TokenStorage.open(server.database, { environment: 'development' });
  const limits = await LimitEnforcer.open(server.database);
  ({ secret: token } = await tokens.createToken({ userId: 'ada', projectId: 'search' }));
  await limits.createLimit({ userId: 'ada', maxTokensPerDay: 1_000 });
  await limits.createLimit({ userId: 'ada', projectId: 'search', maxTokensPerDay: 1_000, maxCostNanosPerMonth: 1 });
});
afterAll(async () => await server[Symbol.asyncDispose]());

const metrics = async () => await (await server.fetch('/metrics')).text();

async function hold(body: object): Promise<number> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return (await server.fetch('/api/holds', { as: server.admin, ...init })).status;
}

describe('what Prometheus is told', () => {
  test('is in its own format, whoever asks', async () => {
    const answer = await server.fetch('/metrics');
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await answer.text()).toMatch(/^iron_build_info\{version="\d+\.\d+\.\d+",node="24\.\d+\.\d+"\} 1$/m);
  });

  test('counts calls that were let through, and those that each limit had no room for', async () => {
    const call = { token, provider: 'in-house', model: 'large', inputTokens: 10, maxOutputTokens: 10 };
    const limits = await LimitEnforcer.open(server.database);
    await limits.updateLimit({ limitId: 2, maxCostNanosPerMonth: null });
    expect(await hold({ ...call, requestId: 'one' })).toBe(201);
    expect(await hold({ ...call, requestId: 'one' })).toBe(201);
    expect(await hold({ ...call, requestId: 'two', inputTokens: 5_000 })).toBe(429);

    const text = await metrics();
    expect(text).toMatch(/^iron_admissions_total 1$/m);
    expect(text).toMatch(/^iron_limit_refusals_total\{dimension="tokens",scope="user"\} 1$/m);
    expect(text).toMatch(/^iron_limit_refusals_total\{dimension="tokens",scope="project"\} 1$/m);
    expect(text).toMatch(/^iron_holds_open 1$/m);
  });

  test('counts open holds as they are in the database, whichever process made and ended them', async () => {
    const admissions = await AdmissionController.open(server.database);
    await admissions.release({ requestId: 'one' });
    expect(await metrics()).toMatch(/^iron_holds_open 0$/m);
  });

  test('counts tokens that were refused by why, those of calls among them', async () => {
    await server.fetch('/api/tokens', { as: 'not-a-token-of-ours' });
    await server.fetch('/api/tokens', { as: 'iron_dev_mistyped' });
    await hold({ token: 'no', provider: 'openai', model: 'gpt-4o', inputTokens: 1, maxOutputTokens: 1 });

    const text = await metrics();
    expect(text).toMatch(/^iron_token_refusals_total\{reason="unknown"\} 1$/m);
    expect(text).toMatch(/^iron_token_refusals_total\{reason="mistyped"\} 1$/m);
    expect(text).toMatch(/^iron_token_refusals_total\{reason="malformed"\} 1$/m);
  });

  test('has the times of requests by pattern, method and status, and those of commits with how many writes each had', async () => {
    await server.fetch('/api/tokens/1', { as: server.admin });
    await server.fetch('/api/tokens/2', { as: server.admin });
    await server.fetch('/nowhere/at/all');

    const text = await metrics();
    const requests = 'iron_http_request_duration_seconds_count';
    expect(text).toContain(`${requests}{route="/api/tokens/{tokenId}",method="GET",status="200"} 2\n`);
    expect(text).toContain(`${requests}{route="none",method="GET",status="404"} 1\n`);
    expect(text).toMatch(/^iron_commit_writes_bucket\{le="1"\} [1-9]/m);
    expect(text).toMatch(/^iron_commit_duration_seconds_count [1-9]/m);
    expect(text).toMatch(/^process_resident_memory_bytes [1-9]/m);
  });

  test('says nothing of whose anything is', async () => {
    expect(await metrics()).not.toMatch(/ada|root|search/);
  });
});
