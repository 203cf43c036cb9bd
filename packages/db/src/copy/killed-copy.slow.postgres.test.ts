import { startProgram } from '@iron/test-program';
import { expect, test } from 'vitest';
import { openDatabase } from '../connection/open-database.ts';
import { contentOf, emptyPostgres, makeInstallation, temporaryFolder } from './copied-installation.fixture.ts';
import { copyDatabase } from './copy-database.ts';
import { CopySourceInUseError } from './copy-errors.ts';

const PROGRAM = new URL('./copy-program.fixture.ts', import.meta.url);
const environment = 'development';

/** After so many lines of progress; before the first there is no copy yet. */
test.each([0, 4, 14])('a copy killed after %i steps is gone on with, and every row is there once', async (steps) => {
  using folder = temporaryFolder();
  await using server = await emptyPostgres();
  const [from, back] = [folder.locate('from.db'), folder.locate('back.db')];
  await makeInstallation(from, { usage: 12_000 });
  const before = contentOf(from);

  {
    await using program = startProgram(PROGRAM, `sqlite://${from.path}`, server.url);
    for (let step = 0; step < steps; step += 1) await program.nextLine();
    await program.kill();
    expect(await program.ended).toBeNull(); // and has not come to its end before
  }
  const there = await copyDatabase({ from, to: server.location, environment });
  {
    await using program = startProgram(PROGRAM, server.url, `sqlite://${back.path}`);
    for (let step = 0; step < steps; step += 1) await program.nextLine();
    await program.kill();
    expect(await program.ended).toBeNull(); // and has not come to its end before
  }
  await copyDatabase({ from: server.location, to: back, environment });

  expect(there.finished).toBe(true);
  expect(contentOf(back)).toEqual(before);
  expect(contentOf(from)).toEqual(before);
});

test('a copy that goes on does not write again what is there', async () => {
  using folder = temporaryFolder();
  await using server = await emptyPostgres();
  const from = folder.locate('from.db');
  await makeInstallation(from, { usage: 12_000 });
  await copyDatabase({ from, to: server.location, environment, live: true });

  const { tables } = await copyDatabase({ from, to: server.location, environment });

  expect(tables.map(({ copied }) => copied)).toEqual(tables.map(() => 0));
  expect(tables.find(({ table }) => table === 'token_usage')?.rows).toBeGreaterThan(12_000);
});

test('a source that another process has open is not copied unless that is asked for', async () => {
  using folder = temporaryFolder();
  await using server = await emptyPostgres();
  const [from, back] = [folder.locate('from.db'), folder.locate('back.db')];
  await makeInstallation(from);
  {
    await using holder = startProgram(PROGRAM, 'hold', `sqlite://${from.path}`);
    expect(await holder.nextLine()).toBe('open');
    await expect(copyDatabase({ from, to: server.location, environment })).rejects.toThrow(CopySourceInUseError);
    await copyDatabase({ from, to: server.location, environment, live: true });
    await expect(copyDatabase({ from, to: server.location, environment })).rejects.toThrow(/process \d+/);
  }
  await copyDatabase({ from, to: server.location, environment });
  {
    await using holder = startProgram(PROGRAM, 'hold', server.url);
    expect(await holder.nextLine()).toBe('open');
    await expect(copyDatabase({ from: server.location, to: back, environment })).rejects.toThrow(CopySourceInUseError);
  }
  await copyDatabase({ from: server.location, to: back, environment });
  await using database = await openDatabase(back);
  expect(await database.reader.statement<[], { n: number }>('SELECT count(*) AS n FROM users').get()).toEqual({ n: 3 });
});
