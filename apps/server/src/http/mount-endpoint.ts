import type { Context, Hono } from 'hono';
import { requireAccess } from '../access/access.ts';
import { type Authenticate, shownSecret } from '../access/authenticate.ts';
import type { Services } from '../services.ts';
import { actorOf } from '../access/actor.ts';
import { requestIdOfKey } from '../idempotency/request-id-of-key.ts';
import { answerHeaders, type ServerBindings } from './answer.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { requestReader } from './read-request.ts';
import { streamAnswer, textStream } from './text-stream.ts';

/** What every endpoint shares. */
export interface Frame {
  readonly services: Services;
  readonly authenticate: Authenticate;
  /** Is told of failures after the answer has begun, when the client cannot be told any more. */
  readonly onFailure: (failure: { readonly error: unknown; readonly requestId: string }) => void;
}

/** Serves an endpoint: who asks, whether they may, what they ask for; then its own work, and the answer. */
export function mountEndpoint(app: Hono<ServerBindings>, endpoint: Endpoint, frame: Frame): void {
  const { method, path, access } = endpoint;
  const read = requestReader(endpoint);
  const serve = async (c: Context<ServerBindings>): Promise<Response> => {
    c.set('route', path);
    c.set('takesBody', endpoint.body !== undefined);
    const authorization = c.req.header('authorization');
    const principal = await frame.authenticate(authorization);
    c.set('principal', principal);
    const reach = requireAccess(access, principal);
    const asked = await read(c);
    const headers = answerHeaders(c.get('requestId'));
    const call: CallOf = {
      ...asked,
      principal,
      reach,
      get actor() {
        return actorOf(principal, c); // most requests change nothing that is logged
      },
      services: frame.services,
      get requestIdOfKey() {
        const { idempotencyKey: key } = asked;
        return key === null ? null : requestIdOfKey(shownSecret(authorization) ?? principal.userId, key);
      },
      setHeader: (name, value) => void (headers[name] = value),
    };
    if (endpoint.answer.mediaTypes) {
      const outgoing = c.env?.outgoing;
      return streamAnswer(textStream.parse(await endpoint.handle(call)), {
        headers,
        breakOff: outgoing ? () => void outgoing.destroy() : null,
        onFailure: (error) => frame.onFailure({ error, requestId: c.get('requestId') }),
      });
    }
    const { status } = endpoint.answer;
    const json = await answerOnce(endpoint, call, c, authorization);
    return status === 204
      ? new Response(null, { status, headers })
      : new Response(json.answer, {
          status,
          headers: {
            ...headers,
            'content-type': 'application/json',
            ...(json.isRepeated && { 'idempotent-replayed': 'true' }),
          },
        });
  };
  app.on(method.toUpperCase(), path.replaceAll(/\{(\w+)\}/g, ':$1'), serve);
}

type CallOf = Call<Record<string, unknown>, Record<string, unknown>, unknown>;

async function answerOnce(
  endpoint: Endpoint,
  call: CallOf,
  c: Context<ServerBindings>,
  authorization: string | undefined,
): Promise<{ answer: string; isRepeated: boolean }> {
  if (endpoint.creates !== 'anything' || call.idempotencyKey === null) {
    return { answer: JSON.stringify((await endpoint.handle(call)) ?? null), isRepeated: false };
  }
  const content = [endpoint.id, c.req.path, JSON.stringify(call.body ?? null)];
  const secret = shownSecret(authorization) ?? '';
  return await call.services.idempotency.once(
    { secret, key: call.idempotencyKey, content },
    {
      work: async () => JSON.stringify(await endpoint.handle(call)),
      answerOf: (written) => JSON.stringify(endpoint.answerOf ? endpoint.answerOf(written) : written),
    },
  );
}
