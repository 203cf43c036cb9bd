import type autocannon from 'autocannon';
import { z } from 'zod';
import { type Contender, settleDisk } from './contender.ts';
import { type Figures, ratioOf, spreadOf } from './figures.ts';
import { CONNECTIONS, type LoadFigures, sendRequests } from './request-load.ts';
import type { Scale } from './scale.ts';
import type { ServedDatabase } from './served-database.ts';
import { anyOf } from './tokens-and-limits.ts';
import { type Serving, type ServingProcess, startServing } from './serving-process.ts';

/** Requests over HTTP: what each takes, and how long all but one in a hundred wait. */
interface Measured {
  readonly share: Contender;
  readonly wait: Contender;
  readonly slowWait: Contender;
}

const CALL = { provider: 'openai', model: 'gpt-4o', inputTokens: 1_200, maxOutputTokens: 500 };
const USED = { inputTokens: 1_180, outputTokens: 210 };
const JSON_TYPE = { 'content-type': 'application/json' };

/** The API beside a bare Hono route on the same machine, in turns. */
export async function measureRequests(
  served: ServedDatabase,
  { rounds, seconds }: Scale['requests'],
): Promise<Figures> {
  using bare = await startServing(null);
  using iron = await startServing(served.path);
  const few = { ...served, secrets: served.secrets.slice(0, CONNECTIONS) }; // a client a connection, each with its token
  const loads = [
    { measured: measured('bare route, GET'), send: async () => await sendRequests(bare.url, seconds, [{ path: '/' }]) },
    { measured: measured('GET /api/tokens/usage'), send: async () => await askForUsage(iron, served, seconds) },
    { measured: measured('bare route, POST of JSON'), send: async () => await postToBareRoute(bare, served, seconds) },
    { measured: measured('hold or settle'), send: async () => await holdAndSettle(iron, few, seconds) },
    {
      measured: measured('hold or settle, of all tokens'),
      send: async () => await holdAndSettle(iron, served, seconds),
    },
  ] as const;
  for (let round = 0; round <= rounds; round += 1) {
    for (const { measured: of, send } of loads) {
      const figures = await send();
      settleDisk();
      if (round > 0) note(of, figures); // the first one warms up
    }
  }
  const [bareGet, usage, barePost, calls, callsOfAll] = loads.map(({ measured: of }) => of);
  return {
    title: `Requests over ${CONNECTIONS} connections, ${seconds} s at a time, ${rounds} rounds, among ${served.calls.toLocaleString('en')} calls`,
    durations: loads.flatMap(({ measured: { share, wait, slowWait } }) => [share, wait, slowWait].map(spreadOf)),
    memory: [],
    ratios: [
      ...(bareGet && usage ? [ratioOf(bareGet.share, usage.share, null)] : []),
      ...(barePost && calls
        ? [ratioOf(barePost.share, calls.share, { atLeast: 0.35 }), ratioOf(calls.slowWait, calls.wait, { atMost: 10 })]
        : []),
      ...(barePost && callsOfAll ? [ratioOf(barePost.share, callsOfAll.share, null)] : []),
    ],
    notes: [
      'Shares are of one request: a call is two, POST /api/holds and its settlement, synchronous=FULL. Each connection is',
      'a client with a token of its own; of all tokens: any of them for each call, so that a commit writes more pages.',
    ],
  };
}

function measured(what: string): Measured {
  return {
    share: { what, rounds: [] },
    wait: { what: `${what}, median`, rounds: [] },
    slowWait: { what: `${what}, 99th percentile`, rounds: [] },
  };
}

function note({ share, wait, slowWait }: Measured, figures: LoadFigures): void {
  share.rounds.push(figures.share);
  wait.rounds.push(figures.median);
  slowWait.rounds.push(figures.slow);
}

/** Everybody asks for their own. */
async function askForUsage(iron: ServingProcess, { secrets }: ServedDatabase, seconds: number): Promise<LoadFigures> {
  const requests = Array.from({ length: CONNECTIONS }, () => ({
    path: '/api/tokens/usage',
    headers: bearer(anyOf(secrets)),
  }));
  return await sendRequests(iron.url, seconds, requests);
}

/** What a hold sends, to a route that reads it and does nothing. */
async function postToBareRoute(
  bare: ServingProcess,
  { secrets }: ServedDatabase,
  seconds: number,
): Promise<LoadFigures> {
  const headers = { ...JSON_TYPE, ...bearer(anyOf(secrets)) };
  return await sendRequests(bare.url, seconds, [
    { method: 'POST', path: '/', headers, setupRequest: (request) => ({ ...request, body: holdOf(secrets) }) },
  ]);
}

/** Each connection holds for any of the tokens, and settles what it held. */
export async function holdAndSettle(iron: Serving, { secrets }: ServedDatabase, seconds: number): Promise<LoadFigures> {
  const headers = { ...JSON_TYPE, ...bearer(iron.gateway) };
  const settlement = JSON.stringify(USED);
  const requests: autocannon.Request[] = [
    {
      method: 'POST',
      path: '/api/holds',
      headers,
      setupRequest: (request) => ({ ...request, body: holdOf(secrets) }),
      onResponse: (_status, body, context) => void Object.assign(context, heldSchema.parse(JSON.parse(body))),
    },
    {
      method: 'POST',
      headers,
      setupRequest: (request, context) => ({
        ...request,
        path: `/api/holds/${heldSchema.parse(context).requestId}/settle`,
        body: settlement,
      }),
    },
  ];
  return await sendRequests(iron.url, seconds, requests);
}

const heldSchema = z.object({ requestId: z.string() });

function holdOf(secrets: readonly string[]): string {
  return JSON.stringify({ token: anyOf(secrets), ...CALL });
}

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
