import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { DatabaseInUseError } from '../connection/connection-errors.ts';
import { databaseFolder, fingerprint, listing } from '../lifecycle/database-folder.fixture.ts';
import { crashAfter, startProcess } from '../lifecycle/database-process.fixture.ts';
import { addPayloads, integrityOf, makeDatabase, openRaw, usersIn } from '../lifecycle/made-database.fixture.ts';
import { refusalOf } from '../lifecycle/refusal.fixture.ts';
import { backupDatabase } from './backup-database.ts';
import { verifiedBackups } from './backup-record.ts';

/** Names of users without an agent of that name, and the reverse; with how many pairs there are. */
function readPairs(path: string): { pairs: number; alone: string[] } {
  using database = openRaw(path, { fileMustExist: true });
  const alone = database.connection
    .prepare<[], string>(
      `SELECT name FROM (SELECT username AS name FROM users UNION ALL SELECT name FROM agents)
       WHERE name LIKE 'pair %' GROUP BY name HAVING count(*) <> 2`,
    )
    .pluck()
    .all();
  return { pairs: Number(database.connection.prepare('SELECT count(*) FROM agents').pluck().get()), alone };
}

describe('a backup of a database that another process has open', () => {
  test('has the rows that were committed and are still in the -wal only', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await using _writer = await startProcess('commit', folder.database);
    expect(listing(folder.path)).toContain('dev_tokens.db-wal');

    const backup = await backupDatabase({ path: folder.database });

    expect(usersIn(backup.path)).toEqual(['committed', 'old']);
    expect(backup.rows['users']).toBe(2);
  });

  test('has the rows that a process left in the -wal when it died', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await crashAfter('commit', folder.database);

    const backup = await backupDatabase({ path: folder.database });

    expect(usersIn(backup.path)).toEqual(['committed', 'old']);
  });

  test('has nothing of a transaction that was not committed when its process died', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await crashAfter('half-write', folder.database);
    expect(listing(folder.path)).toContain('dev_tokens.db-journal');

    const backup = await backupDatabase({ path: folder.database });

    expect(usersIn(backup.path)).toEqual(['old']);
  });

  test('is one moment of it while several write without a pause', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    addPayloads(folder.database, 20_000_000); // more than one step of the copy, so that writes fall in between
    await using _one = await startProcess('write-pairs', folder.database);
    await using _other = await startProcess('write-pairs', folder.database);

    const counts: number[] = [];
    for (let times = 0; times < 4; times += 1) {
      const steps: number[] = [];
      const backup = await backupDatabase({
        path: folder.database,
        onProgress: ({ step, done }) => void (step === 'backup' && steps.push(done)),
      });
      const { pairs, alone } = readPairs(backup.path);
      expect(steps.length).toBeGreaterThan(1);
      expect(alone).toEqual([]);
      expect(backup.rows['agents']).toBe(pairs);
      expect(integrityOf(backup.path)).toBe('ok');
      counts.push(pairs);
      await sleep(100);
    }

    expect(counts).toEqual(counts.toSorted((one, other) => one - other));
    expect(counts.at(-1)).toBeGreaterThan(counts[0] ?? 0);
    expect(verifiedBackups(folder.database)).toHaveLength(4);
  });

  test('is refused, not made empty, while another process keeps everybody from reading', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await using locker = await startProcess('lock', folder.database);
    const before = fingerprint(folder.path);

    const refused = await refusalOf(backupDatabase({ path: folder.database }));

    expect(refused).toBeInstanceOf(DatabaseInUseError);
    expect(refused).toMatchObject({ holders: [{ pid: locker.pid }] });
    expect(fingerprint(folder.path)).toEqual(before);
  });
});
