import { expect, test } from 'vitest';
import { changeByHand } from '../change-by-hand.fixture.ts';
import { openTestServer } from '../served.fixture.ts';

test('whoever watches servers is told, without a token, that this one is not ready while the schema is not the right one, and nothing of what is wrong', async () => {
  await using server = await openTestServer();
  await changeByHand(server.database, 'ALTER TABLE users RENAME COLUMN email TO mail');
  const broken = await server.fetch('/readyz');
  await changeByHand(server.database, 'ALTER TABLE users RENAME COLUMN mail TO email');
  const whole = await server.fetch('/readyz');

  expect([broken.status, broken.headers.get('retry-after'), whole.status]).toEqual([503, '1', 200]);
  expect(await broken.json()).toMatchObject({
    code: 'server.not_ready',
    detail:
      'The server is not ready: the schema of its database is not that of this version (migration.structure_drift).',
  });
});
