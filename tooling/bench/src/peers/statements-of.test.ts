import { readMigrations } from '@iron/db';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { statementsOf } from './statements-of.ts';

test('peers are given the same schema, one statement at a time', () => {
  const [whole, split] = [new Database(':memory:'), new Database(':memory:')];
  const migrations = readMigrations();

  for (const { sql } of migrations) whole.exec(sql);
  for (const statement of migrations.flatMap((each) => statementsOf(each))) split.prepare(statement).run();

  expect(schemaOf(split)).toEqual(schemaOf(whole));
  whole.close();
  split.close();
});

function schemaOf(connection: Database.Database): unknown[] {
  return connection.prepare('SELECT type, name, tbl_name FROM sqlite_schema ORDER BY type, name').all();
}
