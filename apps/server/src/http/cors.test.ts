import { describe, expect, test } from 'vitest';
import { openTestServer } from '../served.fixture.ts';

const PAGE = 'https://dashboard.example.com';
const preflight = {
  method: 'OPTIONS',
  headers: {
    origin: PAGE,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type',
  },
};

describe('a web page of another origin', () => {
  test('cannot call the API unless it was configured', async () => {
    await using server = await openTestServer();
    const asked = await server.fetch('/api/tokens', preflight);
    const answer = await server.fetch('/api/tokens', { as: server.admin, headers: { origin: PAGE } });
    expect([asked.status, answer.status]).toEqual([405, 200]);
    for (const { headers } of [asked, answer]) expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  test('can where it was, and no other can', async () => {
    await using server = await openTestServer({ corsOrigins: [PAGE] });
    const asked = await server.fetch('/api/tokens', preflight);
    const answer = await server.fetch('/api/tokens', { as: server.admin, headers: { origin: PAGE } });
    const refused = await server.fetch('/api/tokens', { headers: { origin: PAGE } });
    const other = await server.fetch('/api/tokens', { as: server.admin, headers: { origin: 'https://evil.example' } });
    const page = await server.fetch('/metrics', { headers: { origin: PAGE } });

    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-headers')).toContain('Authorization');
    expect(asked.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(asked.headers.get('x-content-type-options')).toBe('nosniff');
    for (const { headers } of [asked, answer, refused]) {
      expect(headers.get('access-control-allow-origin')).toBe(PAGE);
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      expect(headers.get('vary')).toContain('Origin');
    }
    expect(answer.headers.get('access-control-expose-headers')).toContain('Retry-After');
    expect([answer.status, refused.status, other.status]).toEqual([200, 401, 200]);
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    expect(page.headers.get('access-control-allow-origin')).toBeNull();
  });
});
