import { expect, test } from 'vitest';
import { emptyDatabase } from './empty-database.fixture.ts';
import { postgresMigrations } from './postgres-migrations.fixture.ts';

const USED = 1_000;

const IDENTITIES = `
  SELECT t.relname::text AS table, pg_get_serial_sequence(format('public.%I', t.relname), a.attname) AS sequence
  FROM pg_attribute AS a JOIN pg_class AS t ON t.oid = a.attrelid
  WHERE a.attidentity <> '' AND t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace ORDER BY 1`;

test('an id that was given out is never given out again, whichever migrations come after it', async () => {
  const database = await emptyDatabase();
  const used = new Set<string>();
  const restarted: string[] = [];
  for (const [index, { file }] of postgresMigrations().entries()) {
    await database.migrate({ migrations: postgresMigrations(index + 1) });
    for (const { table, sequence } of await database.query(IDENTITIES)) {
      const [next] = await database.query(`SELECT nextval('${String(sequence)}')::int AS id`);
      if (used.has(String(table)) && next?.['id'] !== USED + index + 1) restarted.push(`${String(table)} by ${file}`);
      // The rows with these ids are gone by now: only the identity knows of them.
      await database.query(`SELECT setval('${String(sequence)}', ${USED + index + 1})`);
      used.add(String(table));
    }
  }
  expect(restarted).toEqual([]);
  expect([...used]).toContain('api_tokens');
});

test('a token whose id was the highest one is not followed by another of its id after all migrations', async () => {
  const database = await emptyDatabase();
  await database.migrate({ migrations: postgresMigrations(1) });
  const insert = async (hash: string) =>
    await database.query(
      `INSERT INTO api_tokens (token_hash, user_id, created_at) VALUES (repeat('${hash}', 64), 'u', 1750000000000) RETURNING id::int`,
    );
  await insert('a');
  expect(await insert('b')).toEqual([{ id: 2 }]);
  await database.query('DELETE FROM api_tokens WHERE id = 2');

  await database.migrate();

  expect(await insert('c')).toEqual([{ id: 3 }]);
});
