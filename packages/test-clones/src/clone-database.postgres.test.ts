import { expect, test } from 'vitest';
import { administer } from './administer.ts';
import { cloneDatabase } from './clone-database.ts';
import { serverOfTests } from './server-of-tests.ts';

/** The rows of one query, over a connection of its own. */
function ask(url: string, sql: string): Promise<unknown[]> {
  return administer(url, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
}

async function buildThings(url: string): Promise<void> {
  await administer(url, (client) => client.query('CREATE TABLE things (id int); INSERT INTO things VALUES (1)'));
}

test('a clone has what was built, and what is done to it is not seen in another', async () => {
  await using one = await cloneDatabase({ key: 'things', build: buildThings });
  await ask(one.url, 'INSERT INTO things VALUES (2)');
  await using other = await cloneDatabase({ key: 'things', build: buildThings });

  expect(await ask(one.url, 'SELECT id FROM things ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
  expect(await ask(other.url, 'SELECT id FROM things')).toEqual([{ id: 1 }]);
});

test('what is asked for many times at once is built once', async () => {
  let built = 0;
  const build = async (url: string) => {
    built += 1;
    await buildThings(url);
  };

  const clones = await Promise.all(
    Array.from({ length: 6 }, () => cloneDatabase({ key: `once_${process.pid}`, build })),
  );

  expect(built).toBe(1);
  expect(await Promise.all(clones.map(({ url }) => ask(url, 'SELECT id FROM things')))).toEqual(
    clones.map(() => [{ id: 1 }]),
  );
  await Promise.all(clones.map((clone) => clone.drop()));
});

test('what is made from something else is built anew, also under the same key', async () => {
  let built = 0;
  const build = async () => void (built += 1);
  const key = `from_${process.pid}`;

  for (const text of ['one', 'one', 'two']) {
    await using _clone = await cloneDatabase({ key, madeFrom: [text], build });
  }

  expect(built).toBe(2);
});

test('a build that fails leaves nothing that the next one finds', async () => {
  const key = `fails_${process.pid}`;
  const failing = async (url: string) => {
    await buildThings(url);
    throw new Error('The third migration is wrong.');
  };
  await expect(cloneDatabase({ key, build: failing })).rejects.toThrow('The third migration is wrong.');

  await using clone = await cloneDatabase({ key, build: buildThings });

  expect(await ask(clone.url, 'SELECT id FROM things')).toEqual([{ id: 1 }]);
});

test('a clone is dropped also while somebody is connected to it, and twice is as good as once', async () => {
  await using clone = await cloneDatabase({ key: 'things', build: buildThings });

  await administer(clone.url, async (client) => {
    await client.query('SELECT 1');
    await clone.drop();
    await expect(client.query('SELECT 1')).rejects.toThrow('not queryable');
  });
  await clone.drop();

  await expect(ask(clone.url, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' });
});

test('a key that is no name is refused before anything is built', async () => {
  const asked = cloneDatabase({ key: 'a; DROP DATABASE x', build: buildThings });

  await expect(asked).rejects.toThrow('"a; DROP DATABASE x" cannot be the key');
});

test('one that is kept has another name, under which nobody removes it but a person', async () => {
  await using clone = await cloneDatabase({ key: 'things', build: buildThings });
  await ask(clone.url, 'INSERT INTO things VALUES (2)');

  const kept = await clone.keep();
  await clone.drop();

  expect(kept).toMatch(/\/iron_kept_\w+$/);
  expect(kept.replace('iron_kept_', 'iron_test_')).toBe(clone.url);
  expect(await ask(kept, 'SELECT id FROM things ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
  await ask(serverOfTests(), `DROP DATABASE ${new URL(kept).pathname.slice(1)}`);
});
