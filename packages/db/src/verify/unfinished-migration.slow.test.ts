import { execFileSync } from 'node:child_process';
import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type DatabaseFolder, databaseFolder } from '../lifecycle/database-folder.fixture.ts';
import { makeDatabase } from '../lifecycle/made-database.fixture.ts';
import { readMigrations } from '../migrations/read-migrations.ts';

const WORKSPACE = fileURLToPath(new URL('../../../../', import.meta.url));

/** Prints the status of a database as an Iron sees it whose migrations are those of the copied workspace. */
const PROGRAM = `
  const { databaseStatus } = await import(process.argv[1]);
  process.stdout.write(JSON.stringify(databaseStatus(process.argv[2])));
`;

/** Copies what status needs of the workspace: its source and the migrations. */
function copyWorkspace(folder: DatabaseFolder): void {
  for (const part of ['migrations', 'packages/db/src', 'packages/db/package.json']) {
    cpSync(join(WORKSPACE, part), folder.file(part), { recursive: true });
  }
  symlinkSync(join(WORKSPACE, 'packages/db/node_modules'), folder.file('packages/db/node_modules'));
}

test('while somebody is writing a migration, status still tells what is applied, and which file is not finished', async () => {
  using folder = databaseFolder();
  await makeDatabase(folder.database);
  copyWorkspace(folder);
  const applied = readMigrations().map(({ number, file }) => ({ number, file }));
  const next = `${String((applied.at(-1)?.number ?? 0) + 1).padStart(3, '0')}_unfinished.sql`;
  writeFileSync(folder.file(`migrations/${next}`), `-- ${next.replace('.sql', '')}\n-- Why:\n`);

  const source = folder.file('packages/db/src/verify/database-status.ts');
  const words = ['--input-type=module', '-e', PROGRAM, source, folder.database];
  const printed = execFileSync(process.execPath, words, { encoding: 'utf8' });

  expect(JSON.parse(printed)).toMatchObject({ applied, pending: [], problem: { code: 'migration.invalid_file' } });
  expect(printed).toContain(`Migration ${next}, line 1: the header`);
});
