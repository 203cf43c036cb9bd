import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Reach } from './access/access.ts';
import { ERROR_STATUSES } from './http/error-status.ts';
import { endpointAt } from './resources/endpoint-at.fixture.ts';
import { ENDPOINTS } from './resources/endpoints.ts';

const DOCUMENT = readFileSync(new URL('../../../docs/http-api.md', import.meta.url), 'utf8');

const SHOWN: Readonly<Record<Reach, string>> = { any: 'any', own: 'own', none: '–' };

/** The rows of the table under a heading, each by its cells. */
function tableUnder(heading: string): string[][] {
  const [, section = ''] = DOCUMENT.split(`\n## ${heading}\n`);
  const [, table = ''] = /((?:^\|.*\n)+)/m.exec(section) ?? [];
  const rows = table.trim().split('\n');
  return rows.slice(2).map((row) => row.split('|').slice(1, -1).map(withoutTicks));
}

function withoutTicks(cell: string): string {
  return cell.trim().replace(/^`(.*)`$/, '$1');
}

/** Each request of the blocks: `GET /api/tokens/7`. */
function requests(): string[] {
  const blocks = [...DOCUMENT.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, text = '']) => text);
  return blocks
    .flatMap((block) => block.split(/(?=\bcurl )/))
    .flatMap((command) => {
      const [, path] = /(?:\$IRON|http:\/\/localhost:3000)(\/api\/[^\s"?)]*)/.exec(command) ?? [];
      const [, method = command.includes('--json') ? 'POST' : 'GET'] = /-X (\w+)/.exec(command) ?? [];
      return path === undefined ? [] : [`${method} ${path}`];
    });
}

describe('the document of the HTTP API', () => {
  test('says of every operation who may do it, as it is declared', () => {
    expect(tableUnder('Permissions')).toEqual(
      ENDPOINTS.map(({ id, method, path, access }) => [
        id,
        `${method.toUpperCase()} ${path}`,
        access.scope ?? '–',
        'any',
        SHOWN[access.user],
        SHOWN[access.viewer],
      ]),
    );
  });

  test('says of every code which status it has', () => {
    const listed = tableUnder('Errors by code').map(([status, code]) => `${code} ${status}`);
    const declared = Object.entries({ ...ERROR_STATUSES, 'http.invalid_request': 400, 'http.failed': 500 });
    expect(listed.toSorted()).toEqual(declared.map(([code, status]) => `${code} ${status}`).toSorted());
  });

  test('says how long a body may be, of those operations that read longer ones, too', () => {
    const longer = ENDPOINTS.flatMap(({ id, longestBody }) => (longestBody ? [[id, longestBody / 1_000_000]] : []));
    expect(Object.fromEntries(longer)).toEqual({ recordTrace: 1, importPrices: 16 });
    expect(DOCUMENT).toMatch(/^\| a body +\| 100 KB; of a trace 1 MB, a price list 16 MB +\| 413/m);
  });

  test('asks every operation', () => {
    const asked = new Set(
      requests().map((request) => {
        const [method = '', path = ''] = request.split(' ');
        return endpointAt(method, path)?.id ?? `nothing at ${request}`;
      }),
    );
    expect([...asked].toSorted()).toEqual(ENDPOINTS.map(({ id }) => id).toSorted());
  });
});
