import * as fc from 'fast-check';
import { cases } from '@iron/test-program/fuzz';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Answered, openTestApi, type TestApi } from '../api.fixture.ts';
import { type OddRequest, oddRequest } from './odd-requests.fixture.ts';
import { PLANTED_TOKEN } from './odd-values.fixture.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { ENDPOINTS } from '../resources/endpoints.ts';
import { EVERY_REQUEST } from '../resources/every-request.fixture.ts';
import type { RequestMaker, Said } from '../resources/request-maker.fixture.ts';
import { requestOf } from '../resources/request-of.fixture.ts';

/** More find more: the seeds differ from run to run, and are printed with what they found. */
const CASES = cases(25);
/** On a busy machine there are fewer cases, and not none. */
const MOST_MS = CASES.numRuns * 40 + 10_000;

let api: TestApi;
beforeAll(async () => void (api = await openTestApi()));
afterAll(async () => await api[Symbol.asyncDispose]());

const OPERATIONS = ENDPOINTS.flatMap((endpoint) => {
  const maker = EVERY_REQUEST[endpoint.id];
  return maker ? [{ id: endpoint.id, endpoint, maker }] : [];
});

describe('whatever a request holds, its answer is one that the document knows, and says no secret again', () => {
  test.each(OPERATIONS)('$id', { timeout: MOST_MS + 10_000 }, async ({ endpoint, maker }) => {
    const property = fc.asyncProperty(oddRequest(endpoint), async (odd) => {
      const { secret, sent, answered } = await play(endpoint, maker, odd);
      const secretsOfBody = secretsIn(sent.body).filter((text) => !isElsewhere(text, odd));
      expect(api.failures.splice(0)).toEqual([]);
      expect(answered.status).toBeLessThan(500);
      expect(secretsSaidAgain([secret, PLANTED_TOKEN, ...secretsOfBody], answered)).toEqual([]);
      expect(textOf(answered)).not.toMatch(/\n\s+at |node_modules|\.ts:\d/);
    });
    await fc.assert(property, { ...CASES, plugins: [fc.timeout(10_000), fc.interruptAfterTimeLimit(MOST_MS)] });
  });
});

interface Played {
  /** Of whoever asked. */
  readonly secret: string;
  readonly sent: Pick<RequestInit, 'body'>;
  readonly answered: Answered;
}

let runs = 0;

async function play(endpoint: Endpoint, maker: RequestMaker, odd: OddRequest): Promise<Played> {
  const run = ++runs;
  const asker = await api.person(`asker-${run}`, 'admin');
  const other = await api.person(`other-${run}`, 'user');
  const said = await maker.make(api, { asker: asker.userId, other: other.userId }, odd.whose);
  const [line] = requestOf(odd.path === null ? endpoint : withPath(endpoint, odd.path), withQuery(said, odd.query));
  const [method = '', url = ''] = line.split(' ');
  const rawQuery = typeof odd.query === 'string' ? `?${odd.query}` : '';
  const body = method === 'GET' ? undefined : bodyOf(said, odd.body);
  const sent = body === undefined ? {} : { body };
  const answered = await api.send(method, rawQuery === '' ? url : url.replace(/\?.*|$/, rawQuery), {
    ...sent,
    headers: {
      ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }), // as it is over a network
      'content-type': 'application/json',
      authorization: `Bearer ${asker.secret}`,
      ...odd.headers,
    },
  });
  return { secret: asker.secret, sent, answered };
}

function withPath({ method, path }: Endpoint, segment: string): Pick<Endpoint, 'method' | 'path'> {
  return { method, path: `/api/${path.slice('/api/'.length).replaceAll(/\{\w+\}/g, () => segment)}` };
}

function withQuery(said: Said, query: OddRequest['query']): Said {
  if (typeof query === 'string') return said;
  const words = Object.entries(query).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return { ...said, query: { ...said.query, ...z.record(z.string(), z.string()).parse(Object.fromEntries(words)) } };
}

function bodyOf(said: Said, odd: OddRequest['body']): string | Uint8Array<ArrayBuffer> | undefined {
  if (odd === null) return said.body === undefined ? undefined : JSON.stringify(said.body);
  if ('raw' in odd) return typeof odd.raw === 'string' ? odd.raw : new Uint8Array(odd.raw);
  return JSON.stringify({ ...z.looseObject({}).optional().parse(said.body), ...odd.fields });
}

function textOf({ body }: Answered): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

const SECRET_FIELDS = /^(?:password|oldPassword|newPassword|key|apiKey|token)$/;

/** The texts of the fields of a body whose names say that they are secret, where no other field has the same. */
function secretsIn(body: unknown): string[] {
  const json = typeof body === 'string' ? body : '';
  const secrets: string[] = [];
  try {
    JSON.parse(json, (name, value: unknown) => {
      if (SECRET_FIELDS.test(name) && typeof value === 'string' && value.length >= 8) secrets.push(value);
    });
  } catch {
    // Of what is not JSON nobody can say that it is a secret.
  }
  return secrets.filter((secret) => json.split(inJson(secret)).length === 2);
}

/** Whether the request says it beside its body, where an answer may repeat it. */
function isElsewhere(text: string, { path, query, headers }: OddRequest): boolean {
  const said = JSON.stringify([path, query, headers]);
  return said.includes(inJson(text)) || said.includes(encodeURIComponent(text.toWellFormed()));
}

/** A text as it stands between the quotes of JSON. */
function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The one place for a secret is `secret` in the answer that makes a token. */
function secretsSaidAgain(secrets: readonly string[], { headers, body }: Answered): string[] {
  const said =
    JSON.stringify([...headers]) + JSON.stringify(body, (name, value: unknown) => (name === 'secret' ? null : value));
  return secrets.filter((secret) => said.includes(inJson(secret)));
}
