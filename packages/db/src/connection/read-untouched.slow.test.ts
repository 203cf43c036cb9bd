import { describe, expect, test } from 'vitest';
import { databaseFolder, fingerprint, listing } from '../lifecycle/database-folder.fixture.ts';
import { crashAfter, startProcess } from '../lifecycle/database-process.fixture.ts';
import { makeDatabase, usersIn } from '../lifecycle/made-database.fixture.ts';
import { readUntouched } from './read-untouched.ts';

/** The users in a database that is only looked at. */
function look(path: string): unknown[] {
  return readUntouched(path, (connection) =>
    connection.prepare('SELECT username FROM users ORDER BY username').pluck().all(),
  );
}

describe('a database that is only looked at', () => {
  test('leaves a file that lies alone as it is, with nothing beside it', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    const before = fingerprint(folder.path);
    expect(look(folder.database)).toEqual(['old']);
    expect(fingerprint(folder.path)).toEqual(before);
  });

  test('shows the committed rows that a crash left in the log, and leaves them there', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await crashAfter('commit', folder.database);
    const before = fingerprint(folder.path);
    expect(look(folder.database)).toEqual(['committed', 'old']);
    expect(fingerprint(folder.path)).toEqual(before);
    expect(listing(folder.path)).toContain('dev_tokens.db-wal');
  });

  test('is not rolled back: who died in the middle of a write is told of', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await crashAfter('half-write', folder.database);
    const before = fingerprint(folder.path);
    expect(() => look(folder.database)).toThrow(expect.objectContaining({ code: 'database.recovery_needed' }));
    expect(fingerprint(folder.path)).toEqual(before);
    expect(usersIn(folder.database)).toEqual(['old']);
  });

  test('may be in use', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await using _other = await startProcess('commit', folder.database);
    expect(look(folder.database)).toEqual(['committed', 'old']);
    expect(look(folder.database)).toEqual(['committed', 'old']);
  });

  test('cannot be written to', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    const write = () => readUntouched(folder.database, (connection) => connection.exec('DELETE FROM users'));
    expect(write).toThrow('attempt to write a readonly database');
    expect(usersIn(folder.database)).toEqual(['old']);
  });
});
