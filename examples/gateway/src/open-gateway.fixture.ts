import { AdmissionController } from '@iron/admission';
import { createTestEnforcer, type TestEnforcer } from '@iron/testkit';
import { createGateway } from './gateway.ts';
import { listen } from './listen.ts';
import type { Upstream } from './upstream.ts';

/** 2026-03-10, 12:00:20 UTC. */
export const NOW = Date.UTC(2026, 2, 10, 12, 0, 20);
const now = () => NOW;

export const CALL = { model: 'gpt-4o', max_tokens: 50, messages: [{ role: 'user', content: 'Hello' }] };
export const USAGE = { inputTokens: 8, outputTokens: 5 };

/** A gateway on a port of its own, over a file, and a token of Alice's. */
export interface OpenGateway extends AsyncDisposable, Pick<TestEnforcer, 'storage' | 'enforcer'> {
  readonly secret: string;
  readonly tokenId: number;
  post(call: unknown, options?: RequestInit): Promise<Response>;
  /** How often the provider was asked. */
  asked(): number;
  rows(table: string): unknown[];
}

export async function openGateway(upstream: Upstream = answerAtOnce): Promise<OpenGateway> {
  await using opened = new AsyncDisposableStack();
  const t = opened.use(await createTestEnforcer({ now }));
  const admissions = opened.use(await AdmissionController.open(`sqlite://${t.path}`, { now }));
  const { secret, token } = await t.storage.createToken({ userId: 'alice' });
  let asked = 0;
  const counted: Upstream = async (call) => {
    asked += 1;
    return await upstream(call);
  };
  const url = await listen(opened.use(createGateway({ admissions, upstream: counted, now })));
  const all = opened.move();
  return {
    storage: t.storage,
    enforcer: t.enforcer,
    secret,
    tokenId: token.id,
    post: async (call, options) =>
      await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}` },
        body: JSON.stringify(call),
        ...options,
      }),
    asked: () => asked,
    rows: (table) => t.db.connection.prepare(`SELECT * FROM ${table}`).all(),
    [Symbol.asyncDispose]: async () => await all.disposeAsync(),
  };
}

async function answerAtOnce() {
  return { body: { choices: [{ message: { role: 'assistant', content: 'Hello!' } }] }, usage: USAGE };
}
