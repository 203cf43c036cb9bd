import type autocannon from 'autocannon';
import { z } from 'zod';
import { type LoadFigures, type RequestLoad, sendRequests } from './request-load.ts';
import type { Serving } from './serving-process.ts';
import { anyOf } from './tokens-and-limits.ts';

const CALL = { provider: 'openai', model: 'gpt-4o', inputTokens: 1_200, maxOutputTokens: 500 };
const USED = { inputTokens: 1_180, outputTokens: 210 };
const JSON_TYPE = { 'content-type': 'application/json' };

type Secrets = readonly string[];

/** Asks a route that answers, and does nothing else. */
export async function askBareRoute({ url }: Serving, load: RequestLoad): Promise<LoadFigures> {
  return await sendRequests(url, load, [{ path: '/' }]);
}

/** Everybody asks for their own. */
export async function askForUsage({ url }: Serving, secrets: Secrets, load: RequestLoad): Promise<LoadFigures> {
  const requests = Array.from({ length: load.connections }, () => ({
    path: '/api/tokens/usage',
    headers: bearer(anyOf(secrets)),
  }));
  return await sendRequests(url, load, requests);
}

/** Sends what a hold sends to a route that reads it, and does nothing else. */
export async function postToBareRoute({ url }: Serving, secrets: Secrets, load: RequestLoad): Promise<LoadFigures> {
  const headers = { ...JSON_TYPE, ...bearer(anyOf(secrets)) };
  return await sendRequests(url, load, [
    { method: 'POST', path: '/', headers, setupRequest: (request) => ({ ...request, body: holdOf(secrets) }) },
  ]);
}

/** Each connection holds for any of the tokens, and settles what it held. */
export async function holdAndSettle(
  { url, gateway }: Serving,
  secrets: Secrets,
  load: RequestLoad,
): Promise<LoadFigures> {
  const headers = { ...JSON_TYPE, ...bearer(gateway) };
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
  return await sendRequests(url, load, requests);
}

const heldSchema = z.object({ requestId: z.string() });

function holdOf(secrets: Secrets): string {
  return JSON.stringify({ token: anyOf(secrets), ...CALL });
}

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
