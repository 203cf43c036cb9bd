import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { startServer } from './document-server.ts';
import { runProgram, tool } from './run-program.ts';
import { WORKSPACE } from './workspace.ts';

const IRON = join(WORKSPACE, 'apps/cli/bin/iron.js');

/** What is no secret, but nothing for a log. */
export const KNOWN = {
  prompt: 'where is the treasure buried',
  query: 'treasure-hunters',
  agent: 'curious-browser/1.0',
};

const secrets = {
  administrator: 'iron_dev_admin_token_001',
  imported: 'token-of-the-old-gateway-K7vQ2mB9x',
  password: 'seven wild geese over the lake',
  providerKey: 'sk-proj-4fQ9bX2kLm7pR1sT8uVw3yZ6q',
};

/** What went through an installation. */
export interface Traces {
  /** By what they are. */
  readonly secrets: Readonly<typeof secrets & Record<'masterKey' | 'token' | 'temporary', string>>;
}

/**
 * Makes an installation in a folder, has a server of it see every kind of secret in every place where one may come, also
 * in wrong ones, and makes a backup, while the server runs. Its log is `server.log`.
 */
export async function useInstallation(folder: string, url: string): Promise<Traces> {
  const masterKey = randomBytes(32).toString('base64');
  const env = { DATABASE_URL: url, IRON_MASTER_KEY: masterKey, SERVER_TRACE_PAYLOADS: 'redacted', TZ: 'UTC' };
  const iron = (...words: readonly string[]) => {
    const { status, output } = runProgram(tool('node'), [IRON, ...words], folder, env);
    if (status !== 0) throw new Error(`iron ${words.join(' ')} ended with ${status}:\n${output}`);
    return output.trim();
  };
  iron('db', 'reset-seed');
  const server = await startServer(`'${tool('node')}' '${IRON}' serve 2> server.log`, {
    cwd: folder,
    env: { ...process.env, ...env },
  });
  try {
    const made = await askEverything(server.addressOf('http://127.0.0.1:3000'), secrets.administrator);
    iron('db', 'backup');
    return { secrets: { ...secrets, ...made, masterKey } };
  } finally {
    await server.stop();
  }
}

/** Asks for what makes, takes or shows a secret. What is asked for by a key is repeated, and answered out of the seal. */
async function askEverything(server: string, administrator: string): Promise<{ token: string; temporary: string }> {
  const ask = async (path: string, body?: object, headers: Readonly<Record<string, string>> = {}) => {
    const response = await fetch(`${server}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${administrator}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return await response.text();
  };
  let keys = 0;
  const once = async (path: string, body: object) => {
    keys += 1;
    const first = await ask(path, body, { 'idempotency-key': `request ${keys}` });
    const second = await ask(path, body, { 'idempotency-key': `request ${keys}` });
    if (second.replace(/"requestId":.*/, '') !== first.replace(/"requestId":.*/, ''))
      throw new Error(`not repeated: ${first}`);
    return first;
  };
  const { password, imported, providerKey } = secrets;

  await ask('/api/users', { id: 'ada', username: 'ada', email: 'ada@example.org', role: 'user', password });
  const reset = z.object({ temporaryPassword: z.string() });
  const { temporaryPassword } = reset.parse(JSON.parse(await once('/api/users/ada/password-reset', {})));
  const newToken = z.object({ secret: z.string(), token: z.object({ id: z.int() }) });
  const { secret, token } = newToken.parse(JSON.parse(await once('/api/tokens', { userId: 'ada' })));
  await once('/api/tokens', { userId: 'ada', token: imported });
  await once('/api/provider-keys', { provider: 'openai', key: providerKey });
  const call = { provider: 'openai', model: 'gpt-4o', inputTokens: 10, maxOutputTokens: 10 };
  for (const shown of [secret, imported, `${secret}x`]) await once('/api/holds', { ...call, token: shown });

  const payload = { prompt: KNOWN.prompt, headers: { authorization: `Bearer ${secret}` }, api_key: providerKey };
  const trace = { tokenId: token.id, provider: 'openai', model: 'gpt-4o', endpoint: '/v1/chat', durationMs: 5 };
  await ask('/api/traces', { ...trace, requestPayload: payload, responsePayload: `your key is ${providerKey}` });

  await ask(`/api/tokens?userId=${KNOWN.query}&token=${secret}&key=${providerKey}`);
  await ask(`/api/${secret}`);
  await ask('/api/agents', { name: 'hunter', providers: [] }, { 'user-agent': KNOWN.agent });
  for (const shown of [secret, administrator, providerKey]) {
    const headers = { 'x-request-id': shown, 'user-agent': `x/${shown}` };
    await ask('/api/agents', { name: `agent ${shown.length}`, providers: [] }, headers);
    await ask('/api/agents', { name: 'agent', secret: shown }, headers);
    await ask('/api/prices', undefined, { authorization: `Basic ${shown}`, cookie: `token=${shown}` });
  }
  return { token: secret, temporary: temporaryPassword };
}
