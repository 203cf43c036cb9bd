import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AdmissionController } from '@iron/admission';
import { mostTokensOf, parseChatCall } from './chat-call.ts';
import { type Answer, refusalAnswer } from './refusal-answer.ts';
import type { Upstream } from './upstream.ts';

export interface GatewayOptions {
  readonly admissions: AdmissionController;
  readonly upstream: Upstream;
  /** The clock: milliseconds since the epoch. Default: the system's. */
  readonly now?: () => number;
}

/** `POST /v1/chat/completions` with a token of Iron's: passed on to a provider, within the limits of the token's owner. */
export function createGateway({ admissions, upstream, now = Date.now }: GatewayOptions): Server {
  return createServer((request, response) => {
    void answerCall(request, admissions, upstream)
      .catch((error: unknown) => refusalAnswer(error, now()))
      .then(({ status, headers, body }) =>
        response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body)),
      );
  });
}

async function answerCall(
  request: IncomingMessage,
  admissions: AdmissionController,
  upstream: Upstream,
): Promise<Answer> {
  if (request.method !== 'POST' || request.url !== '/v1/chat/completions') return { status: 404, body: {} };
  // Node.js reads no more of a body than was announced.
  if (!(Number(request.headers['content-length']) <= LONGEST_BODY)) return { status: 413, body: {} };
  const call = parseChatCall(await text(request));
  const { inputTokens, outputTokens } = mostTokensOf(call);

  await using admission = await admissions.authorize({
    token: bearerTokenOf(request),
    provider: 'openai',
    model: call.model,
    inputTokens,
    maxOutputTokens: outputTokens,
  });
  const { body, usage } = await upstream(call); // if it fails, the end of the block gives back what is held
  await admission.settle(usage ?? { inputTokens, outputTokens });

  return { status: 200, headers: { 'x-request-id': admission.requestId }, body };
}

const LONGEST_BODY = 1_000_000;

function bearerTokenOf({ headers }: IncomingMessage): string {
  return /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}
