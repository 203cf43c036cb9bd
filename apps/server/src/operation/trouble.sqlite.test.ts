import { openSqliteDatabase, type SqliteDatabase } from '@iron/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestServer, type TestServer } from '../served.fixture.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ giveUpAfterMs: 100 });
});
afterAll(async () => await server[Symbol.asyncDispose]());

async function createToken(name: string): Promise<Response> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name }) };
  return await server.fetch('/api/tokens', { as: server.admin, ...init });
}

function connection(): SqliteDatabase['connection'] {
  if (server.database.engine !== 'sqlite') throw new TypeError('This is about SQLite.');
  return server.database.connection;
}

function names(): unknown[] {
  return connection().prepare('SELECT name FROM api_tokens WHERE name IS NOT NULL').pluck().all();
}

describe('what cannot be written now', () => {
  test('because another process has the database locked is to be tried again soon, and works as soon as it has not', async () => {
    using other = await openSqliteDatabase({ kind: 'file', path: server.database.path, mode: 'rw' });
    other.connection.exec('BEGIN IMMEDIATE');
    const answer = await createToken('locked');
    const reading = await server.fetch('/api/tokens', { as: server.admin });
    other.connection.exec('ROLLBACK');

    expect([answer.status, answer.headers.get('retry-after'), reading.status]).toEqual([503, '1', 200]);
    const problem = await answer.text();
    expect(JSON.parse(problem)).toMatchObject({
      code: 'database.busy',
      detail: expect.stringMatching(/^The database was locked/) as unknown,
    });
    expect(problem).not.toContain(server.database.path);
    expect((await createToken('free')).status).toBe(201);
    expect(names()).toEqual(['free']);
    expect(server.log()).toContainEqual(expect.objectContaining({ level: 'warn', status: 503 }));
  });

  test('because the disk is full is to be tried again soon, leaves nothing, and works as soon as there is room', async () => {
    const pages = Number(connection().pragma('page_count', { simple: true }));
    connection().pragma(`max_page_count = ${pages}`);
    let full: Response | undefined;
    const created: string[] = [];
    for (let number = 0; full === undefined; number += 1) {
      const name = `token ${number} ${'x'.repeat(150)}`;
      const answer = await createToken(name);
      if (answer.status === 201) created.push(name);
      else full = answer;
    }
    connection().pragma('max_page_count = 1073741823');

    expect([full.status, full.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await full.json()).toMatchObject({ code: 'database.disk_full' });
    expect((await createToken('roomy')).status).toBe(201);
    expect(names()).toEqual(['free', ...created, 'roomy']);
  });
});
