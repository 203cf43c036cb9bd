import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestServer, type TestServer } from '../served.fixture.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(async () => await server[Symbol.asyncDispose]());

describe('/openapi.json', () => {
  test('is a document of OpenAPI 3.1 as its specification has it, for everybody', async () => {
    const answer = await server.fetch('/openapi.json');
    expect(answer.headers.get('content-type')).toBe('application/json');
    const validator = new Validator();
    const document: unknown = await answer.json();
    expect(await validator.validate(typeof document === 'object' ? { ...document } : {})).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    expect(document).toMatchObject({ info: { title: 'Iron' }, paths: { '/api/tokens': {} } });
  });
});

describe('/docs', () => {
  test('is a page of which every part comes from here, and nothing that stands in the page is run', async () => {
    const answer = await server.fetch('/docs');
    const html = await answer.text();
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(html).not.toMatch(/https?:\/\/|<style|style=|<script>|<script [^>]*>[^<]|onload/);
  });

  test('has all of its parts, which browsers may keep for a while', async () => {
    const html = await (await server.fetch('/docs')).text();
    const parts = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(parts).toHaveLength(3);
    for (const path of parts) {
      const answer = await server.fetch(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('public, max-age=3600');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-type')).toMatch(/^text\/(?:css|javascript); charset=utf-8$/);
      expect((await answer.text()).length).toBeGreaterThan(100);
    }
  });

  test('asks for the document of this server', async () => {
    expect(await (await server.fetch('/docs/start.js')).text()).toContain("url: '/openapi.json'");
  });
});
