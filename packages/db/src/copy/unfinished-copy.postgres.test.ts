import { expect, test } from 'vitest';
import { migrateDatabase, planMigration } from '../lifecycle/migrate-database.ts';
import { migratePostgresDatabase } from '../postgres/lifecycle/migrate-postgres-database.ts';
import { resetPostgresDatabase } from '../postgres/lifecycle/reset-postgres-database.ts';
import { emptyPostgres, makeInstallation, temporaryFolder } from './copied-installation.fixture.ts';
import { copyDatabase } from './copy-database.ts';

const environment = 'development';

test('a copy that is not finished is told as unfinished by every other command, on either engine', async () => {
  using folder = temporaryFolder();
  await using server = await emptyPostgres();
  const [from, file] = [folder.locate('from.db'), folder.locate('to.db')];
  await makeInstallation(from, { usage: 10 });
  const { location } = server;
  for (const to of [file, location]) await copyDatabase({ from, to, environment, live: true });
  const refusals = [
    async () => await migrateDatabase({ path: file.path, environment }),
    async () => planMigration(file.path),
    async () => await copyDatabase({ from: file, to: folder.locate('other.db'), environment }),
    async () => await migratePostgresDatabase({ location, environment }),
    async () => await resetPostgresDatabase({ location, environment, seed: false }),
    async () => await copyDatabase({ from: location, to: folder.locate('another.db'), environment }),
  ];

  for (const refusal of refusals) {
    await expect(refusal()).rejects.toMatchObject({
      code: 'copy.unfinished',
      hint: 'Run the same `iron db copy` again: it goes on where it ended. Nothing was changed.',
    });
  }
  for (const to of [file, location]) {
    expect(await copyDatabase({ from, to, environment })).toMatchObject({ finished: true });
  }
});
