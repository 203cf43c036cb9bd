import * as fc from 'fast-check';
import { cases } from '@iron/test-program/fuzz';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { oddBytes } from './odd-bytes.fixture.ts';
import { PLANTED_TOKEN } from './odd-values.fixture.ts';
import { USUAL_LIMITS } from '../network/network-limits.ts';
import { connectRaw } from '../network/raw-client.fixture.ts';
import { problemSchema } from '../openapi/problem-schema.ts';
import { openTestServer, type TestServer } from '../served.fixture.ts';

const CASES = cases(200);
/** On a busy machine there are fewer cases, and not none. */
const MOST_MS = CASES.numRuns * 20 + 10_000;
const STATUSES = new Set([200, 201, 204, 400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 431]);

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ networkLimits: { ...USUAL_LIMITS, headersMs: 2_000, requestMs: 2_000 } });
});
afterAll(async () => await server[Symbol.asyncDispose]());

interface WireAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

test(
  'whatever bytes come, the answer is a problem or what was asked for, and says no secret again',
  { timeout: MOST_MS + 10_000 },
  async () => {
    const property = fc.asyncProperty(oddBytes(server.admin), async (bytes) => {
      const answers = await answersTo(bytes);
      expect(answers).not.toHaveLength(0);
      for (const { status, head, body } of answers) {
        expect(STATUSES).toContain(status);
        expect(head).toMatch(/^x-request-id: [\w.:/+=@-]{1,200}\r?$/im);
        expect(status < 400 || body === '' ? status : problemSchema.parse(JSON.parse(body)).status).toBe(status);
        for (const secret of [server.admin, PLANTED_TOKEN]) expect(head + body).not.toContain(secret);
        expect(body).not.toMatch(/\n\s+at |node_modules\/|\.ts:\d/);
      }
    });
    await fc.assert(property, { ...CASES, plugins: [fc.timeout(10_000), fc.interruptAfterTimeLimit(MOST_MS)] });

    expect(await (await server.fetch('/readyz')).json()).toEqual({ status: 'ready' });
    expect(server.log().filter(({ level }) => level === 'error')).toEqual([]);
    for (const secret of [server.admin, PLANTED_TOKEN]) expect(server.logText()).not.toContain(secret);
  },
);

/** What came until the server closed the connection: an answer, or more where the bytes were more than one request. */
async function answersTo(bytes: string): Promise<WireAnswer[]> {
  using client = await connectRaw(server.url);
  client.socket.write(bytes, 'latin1');
  const answers: WireAnswer[] = [];
  let rest = (await client.ended).replaceAll('HTTP/1.1 100 Continue\r\n\r\n', '');
  while (rest !== '') {
    const [head = '', ...bodies] = rest.split('\r\n\r\n');
    const after = Buffer.from(bodies.join('\r\n\r\n'));
    const hasNone = /^(?:HTTP\/1\.1 |$)/.test(after.toString()); // to HEAD
    const length = hasNone ? 0 : Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? after.length);
    answers.push({ status: Number(head.split(' ')[1]), head, body: after.subarray(0, length).toString() });
    rest = after.subarray(length).toString();
  }
  return answers;
}
