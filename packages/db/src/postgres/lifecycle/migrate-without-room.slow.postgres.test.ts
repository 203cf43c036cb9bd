import { readdirSync } from 'node:fs';
import { startLimitedProgram } from '@iron/test-program';
import { expect, test } from 'vitest';
import { guardsOf, LONG_AGO, oldDatabase, OLD_COUNT } from './old-database.fixture.ts';

const PROGRAM = new URL('./postgres-lifecycle-program.fixture.ts', import.meta.url);

/** Of 512 bytes: less than the backup of these users needs. */
const BLOCKS = 40;

test('migrations do not begin without room for their backup', async () => {
  const database = await oldDatabase();
  await database.ask(
    `INSERT INTO users (id, username, role, created_at)
     SELECT md5(i::text), md5('name' || i), 'user', ${LONG_AGO} FROM generate_series(1, 2000) AS i; SELECT 1`,
  );
  await using program = startLimitedProgram(`trap '' XFSZ; ulimit -f ${BLOCKS}`, PROGRAM, 'migrate');
  await program.nextLine();

  program.say(`${database.url}\t${database.folder}`);

  expect(await program.remainingLines()).toEqual(['database.io_failed', expect.stringContaining('EFBIG')]);
  expect(await guardsOf(database)).toHaveLength(OLD_COUNT);
  expect(await database.ask('SELECT count(*)::int AS count FROM users')).toEqual([{ count: 2_002 }]);
  expect(readdirSync(`${database.folder}/backups`)).toEqual([]);
});
