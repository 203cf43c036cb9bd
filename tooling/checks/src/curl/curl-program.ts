import { createWriteStream, readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type CurlWords, readCurlWords } from './curl-words.ts';

// What `curl` does for the documents, for machines that have none: those of its options that they use.
const FAILED = 22;
const UNREACHABLE = 7;

const words = readCurlWords(process.argv.slice(2));
const agent = new Agent({ keepAlive: true });
try {
  await answer(words, await ask(words));
} catch {
  const { hostname, port } = words.url;
  complain(UNREACHABLE, `Failed to connect to ${hostname} port ${port} after 0 ms: Couldn't connect to server`);
} finally {
  agent.destroy();
}

async function ask({ url, method, headers, data, keepsLines }: CurlWords): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    const asked = request(url, { method, agent }, resolve);
    asked.once('error', reject);
    for (const [name, value] of headers) asked.setHeader(name, value);
    asked.end(data === undefined ? undefined : readData(data, keepsLines));
  });
}

async function answer({ showHeaders, output, format, fail }: CurlWords, response: IncomingMessage): Promise<void> {
  const { statusCode = 0 } = response;
  const isFailed = statusCode >= 400 && fail !== 'never';
  const target = output === undefined ? process.stdout : createWriteStream(output);
  if (showHeaders && !(isFailed && fail === 'silently')) target.write(headOf(response));
  if (isFailed && fail === 'silently') response.resume();
  else await pipeline(response, target, { end: output !== undefined });
  process.stdout.write(format.replaceAll('%{http_code}', String(statusCode)));
  if (isFailed) complain(FAILED, `The requested URL returned error: ${statusCode}`);
}

function headOf({ statusCode, statusMessage, rawHeaders }: IncomingMessage): string {
  const lines = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : []));
  return [`HTTP/1.1 ${statusCode} ${statusMessage}`, ...lines, '', ''].join('\r\n');
}

function readData(data: string, keepsLines: boolean): string {
  if (!data.startsWith('@')) return data;
  const path = data.slice(1);
  const content = readFileSync(path === '-' ? 0 : path, 'utf8');
  return keepsLines ? content : content.replaceAll(/[\r\n]/g, '');
}

function complain(code: number, what: string): void {
  if (!words.isSilent) process.stderr.write(`curl: (${code}) ${what}\n`);
  process.exitCode = code;
}
