import * as fc from 'fast-check';
import { ENDPOINTS } from '../resources/endpoints.ts';
import { oddText, PLANTED_TOKEN } from './odd-values.fixture.ts';

const oddMethod = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE') },
  { weight: 1, arbitrary: fc.constantFrom('HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'get', 'BREW', 'PROPFIND', '') },
);

const oddPart = fc.oneof(
  fc.constantFrom(
    '1',
    '%',
    '%00',
    '%zz',
    '%c0%af',
    '%2e%2e',
    '..',
    'a%2Fb',
    '',
    ';',
    '\\',
    '%F0%9F',
    '~',
    '+',
    PLANTED_TOKEN,
  ),
  oddText.map((text) => encodeURIComponent(text.toWellFormed())),
  oddText.map(latin1),
);

const oddTarget = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom(...ENDPOINTS.map(({ path }) => path)), fc.array(oddPart, { minLength: 2, maxLength: 2 }))
      .map(([path, parts]) => path.replaceAll(/\{\w+\}/g, () => parts.at(-1) ?? '')),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '*',
      '//api//tokens',
      '/api/../api/tokens',
      '/api/tokens/',
      'http://evil.example/api/tokens',
      'api/tokens',
      '/api/tokens#fragment',
      '/api/tokens?limit=1&limit=%',
      `/api/tokens?cursor=${PLANTED_TOKEN}`,
      `/api/tokens/${'a'.repeat(20_000)}`,
      '/docs/../../package.json',
      '/docs/%2e%2e/%2e%2e/package.json',
      '/',
    ),
  },
  { weight: 1, arbitrary: oddPart.map((part) => `/${part}`) },
);

const oddHeaderLine = fc.oneof(
  fc.constantFrom(
    'X-Request-Id: a\tb',
    `X-Request-Id: ${PLANTED_TOKEN}`,
    'Authorization: Bearer',
    `Authorization: Bearer ${PLANTED_TOKEN}`,
    'Content-Type: application/json',
    'Content-Length: -1',
    'Content-Length: 1e3',
    'Content-Length: 0\r\nContent-Length: 1',
    'Transfer-Encoding: gzip',
    'Transfer-Encoding: chunked\r\nContent-Length: 3',
    'Expect: 100-continue',
    'Expect: something',
    'Upgrade: websocket\r\nConnection: Upgrade',
    'Host: other.example',
    ' folded: yes',
    'no colon',
    ': no name',
    'Na me: x',
    `X-Long: ${'x'.repeat(20_000)}`,
    'Cookie: a=b',
  ),
  oddText.map((text) => `Idempotency-Key: ${latin1(text)}`),
  oddText.map((text) => `X-Request-Id: ${latin1(text)}`),
  oddText.map((text) => `Content-Type: application/json; charset=${latin1(text)}`),
  oddText.map((text) => `Accept: ${latin1(text)}`),
  fc.constantFrom(
    'Idempotency-Key: a\r\nIdempotency-Key: b',
    'X-Request-Id: a\r\nX-Request-Id: b',
    'Content-Type: application/json\r\nContent-Type: text/plain',
    'CONTENT-TYPE:Application/JSON ; CharSet="UTF-8"',
    'Accept: text/csv;q=1e9, */*;q=-1',
    `Accept: ${'*/*,'.repeat(3_000)}`,
    manyHeaders(100),
    manyHeaders(1_999),
    manyHeaders(3_000),
  ),
  oddText.map((text) => `X-Odd: ${latin1(text)}`),
);

const oddBody = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('{}', '{"userId":"ada"}', 'not JSON', '{"limit":', 'GET / HTTP/1.1\r\n\r\n'),
  },
  { weight: 1, arbitrary: oddText.map(latin1) },
);

/** Whole requests as they go over the wire, in Latin-1. They have their end, so that nobody waits for more. */
export function oddBytes(secret: string): fc.Arbitrary<string> {
  const authorization = fc.oneof(
    { weight: 4, arbitrary: fc.constant(`Authorization: Bearer ${secret}\r\n`) },
    { weight: 2, arbitrary: fc.constant('') },
    { weight: 2, arbitrary: fc.constantFrom(...oddlyWritten(secret)).map((line) => `${line}\r\n`) },
  );
  const lines = fc.array(oddHeaderLine, { maxLength: 2 });
  const version = fc.oneof(
    { weight: 6, arbitrary: fc.constant('HTTP/1.1') },
    { weight: 1, arbitrary: fc.constantFrom('HTTP/1.0', 'HTTP/2.0', 'HTTP/9', '') },
  );
  return fc
    .tuple(oddMethod, oddTarget, version, authorization, lines, oddBody)
    .map(
      ([method, target, protocol, shown, odd, body]) =>
        `${method} ${target} ${protocol}\r\nHost: localhost\r\nConnection: close\r\n${shown}` +
        `${odd.map((line) => `${line}\r\n`).join('')}${body === '' ? '' : `Content-Length: ${body.length}\r\n`}\r\n${body}`,
    );
}

/** A secret that is shown in another way than usual, or twice. */
function oddlyWritten(secret: string): string[] {
  return [
    `AUTHORIZATION: bearer ${secret}`,
    `authorization:Bearer ${secret}`,
    `Authorization: \t Bearer   ${secret} \t`,
    `Authorization: Bearer\t${secret}`,
    `Authorization: Bearer ${secret}, Bearer ${secret}`,
    `Authorization: Bearer "${secret}"`,
    `Authorization: Bearer ${secret}\xA0`,
    `Authorization: Basic ${secret}`,
    `Authorization: ${secret}`,
    `Authorization: Bearer ${secret}\r\nAuthorization: Bearer ${PLANTED_TOKEN}`,
    `Authorization: Bearer ${PLANTED_TOKEN}\r\nAuthorization: Bearer ${secret}`,
    `X-Api-Key: ${secret}`,
  ];
}

function manyHeaders(count: number): string {
  return Array.from({ length: count }, (_, number) => `X-${number}: a`).join('\r\n');
}

function latin1(text: string): string {
  return Buffer.from(text.toWellFormed(), 'utf8').toString('latin1');
}
