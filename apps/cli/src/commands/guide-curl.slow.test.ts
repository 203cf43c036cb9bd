import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openTerminal } from '../iron-process.fixture.ts';
import { startServing } from '../serve-process.fixture.ts';

const CURL = 'curl -H "Authorization: Bearer iron_dev_admin_token_001" http://localhost:3000/api/tokens/usage';
const USUAL_PORT = '3000';

/** The usual one, unless another program has it. */
async function freePort(): Promise<string> {
  const server = createServer().listen(Number(USUAL_PORT), '127.0.0.1');
  try {
    await once(server, 'listening');
    return USUAL_PORT;
  } catch {
    return '0';
  } finally {
    server.close();
  }
}

test('after `iron db reset-seed`, `iron serve` answers what the guide asks it with the sums of the seven records', async () => {
  using terminal = openTerminal();
  await terminal.here('db', 'reset-seed');
  await using server = await startServing(terminal.folder, '--port', await freePort());

  const command = `${CURL.replace(USUAL_PORT, new URL(server.url).port)} --silent --show-error -w '\\n%{http_code}'`;
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { env: { PATH: process.env['PATH'] } });

  const [body = '', status] = stdout.split('\n');
  expect(status).toBe('200');
  expect(JSON.parse(body)).toMatchObject({
    userId: 'user_admin',
    usage: {
      requests: '7',
      inputTokens: '24000',
      outputTokens: '6450',
      totalTokens: '30450',
      costNanos: '59265000',
      unpricedRequests: '0',
    },
  });
});
