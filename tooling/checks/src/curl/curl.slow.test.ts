import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../workspace.ts';
import { machineHasCurl, makeCurlFolder } from './curl-folder.ts';

/** Says what it was asked; under /refused it refuses. */
const server = createServer((asked, answer) => void say(asked, answer));

async function say(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const body = await text(asked);
  const { 'content-type': type, accept, authorization } = asked.headers;
  const status = asked.url === '/refused' ? 403 : 201;
  answer.writeHead(status, { 'Content-Type': 'application/json', 'X-Request-Id': 'r-1' });
  answer.end(JSON.stringify({ method: asked.method, url: asked.url, type, accept, authorization, body }));
}

let folder: TemporaryFolder;
let program: string;
let address: string;

beforeAll(async () => {
  folder = temporaryFolder('curl');
  program = join(makeCurlFolder(folder.path), 'curl');
  writeFileSync(join(folder.path, 'body.json'), '{"name":\n"file"}\n');
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const listening = server.address();
  address = typeof listening === 'object' && listening ? `localhost:${listening.port}` : '';
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  folder[Symbol.dispose]();
});

async function run(command: string, words: readonly string[]): Promise<object> {
  const child = spawn(command, words, { cwd: folder.path, env: { ...process.env, CURL_HOME: folder.path } });
  const closed = once(child, 'close');
  const [printed, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await closed;
  return { status: child.exitCode, printed: printed.replace(/^Date: .*\r$/m, ''), complained };
}

const COMMANDS = [
  ['-s', 'ADDRESS/'],
  ['-sSi', '-X', 'DELETE', '-H', 'Authorization: Bearer a:b', 'http://ADDRESS/tokens/1?a=b'],
  ['-s', '--json', '{"name":"ada"}', 'ADDRESS/', '-w', String.raw`\n%{http_code}\n`],
  ['-s', '-d', '@body.json', 'ADDRESS/'],
  ['-s', '-d', 'a=1', '--data', 'b=2', 'ADDRESS/'],
  ['-s', '-N', '-X', 'PUT', '--json', '@body.json', 'ADDRESS/'],
  ['-sS', '-f', 'ADDRESS/refused'],
  ['-s', '-f', 'ADDRESS/refused'],
  ['-sS', '--fail-with-body', 'ADDRESS/refused'],
];

describe('the curl of the documents, for machines that have none', () => {
  test.skipIf(!machineHasCurl()).each(COMMANDS.map((words) => ({ words, line: words.join(' ') })))(
    'does what the real one does: curl $line',
    async ({ words }) => {
      const filled = words.map((word) => word.replace('ADDRESS', address));
      expect(await run(program, filled)).toEqual(await run('curl', filled));
    },
  );

  test('asks, and prints what is answered', async () => {
    expect(
      await run(program, ['--json', '{}', '-H', 'Authorization: Bearer x', '-w', '%{http_code}', `${address}/a`]),
    ).toEqual({
      status: 0,
      printed: `${JSON.stringify({
        method: 'POST',
        url: '/a',
        type: 'application/json',
        accept: 'application/json',
        authorization: 'Bearer x',
        body: '{}',
      })}201`,
      complained: '',
    });
  });

  test('puts the answer into a file', async () => {
    expect(await run(program, ['-o', 'answer.json', `${address}/b`])).toMatchObject({ status: 0, printed: '' });
    expect(readFileSync(join(folder.path, 'answer.json'), 'utf8')).toContain('"url":"/b"');
  });

  test('says where nothing listens', async () => {
    expect(await run(program, ['http://localhost:1'])).toEqual({
      status: 7,
      printed: '',
      complained: "curl: (7) Failed to connect to localhost port 1 after 0 ms: Couldn't connect to server\n",
    });
  });

  test('refuses options that it does not know', async () => {
    expect(await run(program, ['--compressed', address])).toMatchObject({ status: 1, printed: '' });
  });
});
