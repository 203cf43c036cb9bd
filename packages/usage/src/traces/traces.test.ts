import { InvalidCursorError, InvalidInputError } from '@iron/db';
import { describe, expect, test } from 'vitest';
import { TraceNotFoundError, UnknownTokenError } from '../usage-errors.ts';
import { DAY, NOON, usageDatabase } from '../usage-database.fixture.ts';
import { UsageTracker, type UsageTrackerOptions } from '../usage-tracker.ts';
import type { TraceInput } from './record-trace.ts';

const call: TraceInput = {
  tokenId: 1,
  requestId: 'r',
  provider: 'openai',
  model: 'gpt-4o',
  endpoint: 'POST https://api.example.com/v1/chat?key=abcdef',
  requestPayload: { messages: [{ role: 'user', content: 'use sk-proj-abcDEF123456' }], api_key: 'abcdef' },
  responseStatus: 200,
  responsePayload: '{"choices":[]}',
  durationMs: 250,
  inputTokens: 10,
  outputTokens: 5,
  totalTokens: 15,
  costNanos: 7,
};

async function tracker(options: UsageTrackerOptions = {}): Promise<UsageTracker> {
  return await UsageTracker.open(await usageDatabase(), { now: () => NOON, ...options });
}

describe('traces', () => {
  test('keep no payload unless asked to, and never a key in the endpoint', async () => {
    const usage = await tracker();

    const { traceId } = await usage.recordTrace(call);

    expect(await usage.getTrace(traceId)).toEqual({
      ...call,
      id: traceId,
      endpoint: 'POST https://api.example.com/v1/chat?key=[redacted]',
      requestPayload: null,
      responsePayload: null,
      tracedAt: NOON,
    });
  });

  test('keep payloads without their secrets where asked to (litellm#30670: keys in spend logs)', async () => {
    const usage = await tracker({ tracePayloads: 'redacted' });

    const { traceId } = await usage.recordTrace(call);

    expect(await usage.getTrace(traceId)).toMatchObject({
      requestPayload: '{"messages":[{"role":"user","content":"use [redacted]"}],"api_key":"[redacted]"}',
      responsePayload: '{"choices":[]}',
    });
  });

  test('keep at most 64 KiB of a payload, cut between characters, and no torn key', async () => {
    const usage = await tracker({ tracePayloads: 'redacted' });
    const long = '€'.repeat(100_000);
    const torn = `${'x '.repeat(524_280)}sk-proj-abcDEF1234567890`;

    const { traceId } = await usage.recordTrace({ ...call, requestPayload: long, responsePayload: torn });
    const { requestPayload, responsePayload } = await usage.getTrace(traceId);

    expect(Buffer.byteLength(requestPayload ?? '')).toBeLessThanOrEqual(65_536);
    expect(requestPayload).toMatch(/^€{21000,}… \[cut: 300000 bytes\]$/);
    expect(responsePayload).not.toContain('sk-');
  });

  test('take what is no text and no JSON by its name', async () => {
    const usage = await tracker({ tracePayloads: 'redacted' });
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;

    await expect(usage.recordTrace({ ...call, requestPayload: circular })).rejects.toThrow(
      'payload: cannot be written as JSON',
    );
    await expect(usage.recordTrace({ ...call, requestPayload: '\uD800\0' })).resolves.toEqual({ traceId: 1 });
    expect(await usage.getTrace(1)).toMatchObject({ requestPayload: '\uFFFD\uFFFD' });
  });

  test('are of calls that failed, too, and of each try of a request', async () => {
    const usage = await tracker();
    const { tokenId, provider, model, endpoint } = call;
    await usage.recordTrace({ tokenId, provider, model, endpoint, durationMs: 30_000, requestId: 'r' });
    await usage.recordTrace(call);

    const { items } = await usage.listTraces({ requestId: 'r' });
    expect(items.map(({ responseStatus }) => responseStatus)).toEqual([200, null]);
    expect((await usage.listTraces({ responseStatus: 200 })).items).toHaveLength(1);
  });

  test('are listed latest first, page by page, by token, model and time', async () => {
    const usage = await tracker();
    for (const day of [0, 1, 2, 3])
      await usage.recordTrace({ ...call, tokenId: 1 + (day % 2), tracedAt: NOON - day * DAY });
    await usage.recordTrace({ ...call, tracedAt: NOON - 3 * DAY });

    const first = await usage.listTraces({ limit: 3 });
    const second = await usage.listTraces({ limit: 3, cursor: String(first.nextCursor) });

    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual([1, 2, 3, 5, 4]);
    expect(second.nextCursor).toBe(null);
    expect((await usage.listTraces({ tokenId: 2 })).items.map(({ id }) => id)).toEqual([2, 4]);
    expect((await usage.listTraces({ from: NOON - DAY, to: NOON })).items.map(({ id }) => id)).toEqual([2]);
    const until = { to: NOON, limit: 1 };
    const cursor = String((await usage.listTraces(until)).nextCursor);
    expect((await usage.listTraces({ ...until, cursor })).items.map(({ id }) => id)).toEqual([3]);
    await expect(usage.listTraces({ cursor: 'nonsense' })).rejects.toThrow(InvalidCursorError);
  });

  test('are refused by name where they cannot be', async () => {
    const usage = await tracker();

    await expect(usage.recordTrace({ ...call, tokenId: 99 })).rejects.toThrow(UnknownTokenError);
    await expect(usage.recordTrace(Object.assign({ status: 200 }, call))).rejects.toThrow(InvalidInputError);
    await expect(usage.recordTrace({ ...call, durationMs: 1.5 })).rejects.toThrow('durationMs must be a whole number');
    await expect(usage.recordTrace({ ...call, responseStatus: 99 })).rejects.toThrow('responseStatus: ');
    await expect(usage.getTrace(1)).rejects.toThrow(TraceNotFoundError);
  });
});
