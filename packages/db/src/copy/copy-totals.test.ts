import { expect, test } from 'vitest';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { applyAllMigrations } from '../migrations/apply-all-migrations.ts';
import { temporaryFolder } from './copied-installation.fixture.ts';
import { readTotals } from './copy-totals.ts';
import { openSqliteSource } from './sqlite-end.ts';

test('what a copy is compared by is exact where its source adds up to more than 64 bits', async () => {
  using folder = temporaryFolder();
  const file = folder.locate('large.db');
  {
    await using database = await openSqliteDatabase(file);
    await applyAllMigrations(database);
    const days = [0, 86_400_000, 172_800_000];
    const lines = days.map((day) => `(${day}, 'a', 'b', 1, 0, 0, 0, 0, 0, 0, 9223372036854775807, 5, 0)`);
    database.connection.exec(`INSERT INTO _usage_by_model VALUES ${lines.join(', ')}`);
  }

  await using source = openSqliteSource(file);
  const totals = await readTotals(source);

  expect(totals).toContainEqual({ of: '_usage_by_model.total_tokens', sum: String(3n * (2n ** 63n - 1n)) });
  expect(totals).toContainEqual({ of: '_usage_by_model.cost_nanos', sum: '15' });
  expect(totals).toContainEqual({ of: 'token_usage.cost_nanos', sum: '0' });
});
