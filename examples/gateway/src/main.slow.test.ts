import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { AdmissionController } from '@iron/admission';
import { LimitExceededError } from '@iron/limits';
import { createTestEnforcer } from '@iron/testkit';
import { expect, test, vi } from 'vitest';
import { listen } from './listen.ts';
import { CALL } from './open-gateway.fixture.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const HOLD_LASTS_MS = 900_000;
/** The most that the call can use. */
const HELD = JSON.stringify(CALL.messages).length + CALL.max_tokens;

/** The whole program, with a call under way that the provider has not answered yet. There is room for it alone. */
async function gatewayWithCall() {
  await using made = new AsyncDisposableStack();
  const t = made.use(await createTestEnforcer());
  const { secret } = await t.storage.createToken({ userId: 'alice' });
  await t.enforcer.createLimit({ userId: 'alice', maxTokensPerDay: HELD });
  const asked = Promise.withResolvers<ServerResponse>();
  const provider = createServer((_, response) => asked.resolve(response));
  made.defer(() => provider.closeAllConnections());
  const main = spawn(process.execPath, [MAIN], {
    cwd: t.folder,
    env: { DATABASE_URL: `sqlite://${t.path}`, IRON_ENV: 'test', PORT: '0', UPSTREAM_URL: await listen(provider) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  made.defer(() => void main.kill('SIGKILL'));
  const url = await printedBy(main.stdout);
  const answer = fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
    body: JSON.stringify(CALL),
  }).then(
    ({ status }) => status,
    () => 'cut off',
  );
  const toProvider = await asked.promise;
  const all = made.move();
  return { ...t, main, url, answer, toProvider, secret, [Symbol.asyncDispose]: async () => await all.disposeAsync() };
}

async function printedBy(output: NodeJS.ReadableStream): Promise<string> {
  using lines = createInterface(output);
  for await (const line of lines) return line;
  throw new Error('The gateway ended before it listened.');
}

/** Asked over a connection of its own: one that is kept alive would be answered for as long as it is used. */
async function takesConnections(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

test('a gateway that is killed in the middle of a call leaves nothing held for longer than a hold lasts', async () => {
  await using t = await gatewayWithCall();

  t.main.kill('SIGKILL');
  await once(t.main, 'exit');

  expect(await t.answer).toBe('cut off');
  const [hold] = t.db.connection.prepare<[], { state: string; held_at: number }>('SELECT * FROM _holds').all();
  const heldAt = hold?.held_at ?? 0;
  expect(hold).toMatchObject({ state: 'held', tokens: HELD });
  await expect(authorizeAt(heldAt)).rejects.toThrow(LimitExceededError);
  await expect(authorizeAt(heldAt + HOLD_LASTS_MS)).resolves.toMatchObject({ isNew: true });

  async function authorizeAt(now: number) {
    await using admissions = await AdmissionController.open(t.db, { now: () => now });
    const call = { token: t.secret, provider: 'openai', model: CALL.model, inputTokens: HELD, maxOutputTokens: 0 };
    return await admissions.authorize(call);
  }
});

test('a gateway that is told to stop answers and records the calls that are under way', async () => {
  await using t = await gatewayWithCall();

  t.main.kill('SIGTERM');
  await vi.waitFor(async () => expect(await takesConnections(t.url)).toBe(false), 10_000);
  t.toProvider.end('{"usage":{"prompt_tokens":8,"completion_tokens":5}}');
  await once(t.main, 'exit');

  expect([await t.answer, t.main.exitCode]).toEqual([200, 0]);
  expect(t.db.connection.prepare('SELECT total_tokens FROM token_usage').pluck().all()).toEqual([13]);
});
