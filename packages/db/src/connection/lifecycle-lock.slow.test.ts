import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Program, startProgram } from '@iron/test-program';
import { describe, expect, test } from 'vitest';
import { databaseFolder } from '../lifecycle/database-folder.fixture.ts';
import { makeDatabase } from '../lifecycle/made-database.fixture.ts';
import { DatabaseInUseError } from './connection-errors.ts';
import { type LifecycleLockMode, withLifecycleLock } from './lifecycle-lock.ts';
import { openSqliteDatabase } from './open-sqlite-database.ts';

async function lockElsewhere(mode: LifecycleLockMode, path: string): Promise<Program> {
  const program = startProgram(new URL('./lock-program.fixture.ts', import.meta.url), mode, path);
  expect(await program.nextLine()).toBe('held');
  return program;
}

async function tryLock(path: string, mode: LifecycleLockMode): Promise<'got it' | 'refused'> {
  try {
    return await withLifecycleLock(path, mode, 0, () => 'got it');
  } catch (error) {
    if (error instanceof DatabaseInUseError) return 'refused';
    throw error;
  }
}

describe('between processes the lifecycle lock', () => {
  test.each<[LifecycleLockMode, LifecycleLockMode, 'got it' | 'refused']>([
    ['open', 'open', 'got it'],
    ['open', 'maintain', 'got it'],
    ['open', 'replace', 'refused'],
    ['maintain', 'open', 'got it'],
    ['maintain', 'maintain', 'refused'],
    ['maintain', 'replace', 'refused'],
    ['replace', 'open', 'refused'],
    ['replace', 'maintain', 'refused'],
    ['replace', 'replace', 'refused'],
  ])('while one holds it to %s, answers another that wants to %s: %s', async (held, wanted, answer) => {
    using folder = databaseFolder();
    await using _other = await lockElsewhere(held, folder.database);
    expect(await tryLock(folder.database, wanted)).toBe(answer);
  });

  test('is released when its holder is killed', async () => {
    using folder = databaseFolder();
    await using other = await lockElsewhere('replace', folder.database);
    expect(await tryLock(folder.database, 'replace')).toBe('refused');
    await other.kill();
    expect(await tryLock(folder.database, 'replace')).toBe('got it');
  });

  test('is waited for', async () => {
    using folder = databaseFolder();
    await using other = await lockElsewhere('replace', folder.database);
    const waiting = withLifecycleLock(folder.database, 'replace', 60_000, () => 'got it');
    await other.kill();
    expect(await waiting).toBe('got it');
  });

  test('names the process that holds it, and what that is', async () => {
    using folder = databaseFolder();
    await using other = await lockElsewhere('replace', folder.database);

    const refused = withLifecycleLock(folder.database, 'maintain', 0, () => undefined);

    await expect(refused).rejects.toMatchObject({
      code: 'database.in_use',
      details: { path: folder.database, pids: String(other.pid) },
    });
    await expect(refused).rejects.toThrow(`${folder.database} is in use by process ${other.pid} (${process.execPath} `);
    await expect(refused).rejects.toThrow('lock-program.fixture.ts');
  });

  test('keeps openSqliteDatabase waiting while the file is replaced', async () => {
    using folder = databaseFolder();
    await using other = await lockElsewhere('replace', folder.database);
    const opening = openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rwc' });
    await other.kill();
    using database = await opening;
    expect(database.path).toBe(folder.database);
  });

  test.each(['rw', 'ro'] as const)('keeps who opens with %s from staying on a file that is replaced', async (mode) => {
    using folder = databaseFolder();
    await makeDatabase(folder.database, { marker: 'old' });
    await makeDatabase(folder.file('new.db'), { marker: 'new' });
    await using other = await lockElsewhere('replace', folder.database);

    const opening = openSqliteDatabase({ kind: 'file', path: folder.database, mode });
    const first = await Promise.race([opening.then(() => 'opened'), sleep(300, 'still waiting')]);
    renameSync(folder.file('new.db'), folder.database);
    await other.kill();
    using database = await opening;

    expect(first).toBe('still waiting');
    expect(database.connection.prepare('SELECT username FROM users').pluck().all()).toEqual(['new']);
  });

  test('lets a database be read while it is maintained', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await using _other = await lockElsewhere('maintain', folder.database);
    using database = await openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'ro' });
    expect(database.connection.readonly).toBe(true);
  });

  test('lets a database be opened while it is maintained, unless that is what puts it into WAL mode', async () => {
    using folder = databaseFolder();
    await using other = await lockElsewhere('maintain', folder.database);
    const opening = openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rwc' });
    const first = await Promise.race([opening.then(() => 'opened'), sleep(300, 'still waiting')]);
    await other.kill();
    using _made = await opening;

    await using _again = await lockElsewhere('maintain', folder.database);
    using database = await openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rw' });

    expect(first).toBe('still waiting');
    expect(database.connection.pragma('journal_mode', { simple: true })).toBe('wal');
  });

  test('lets one at a time through, however many come', async () => {
    using folder = databaseFolder();
    const counter = folder.file('counter');
    writeFileSync(counter, '0');
    const program = new URL('./counting-program.fixture.ts', import.meta.url);

    await using programs = new AsyncDisposableStack();
    const started = Array.from({ length: 6 }, () => programs.use(startProgram(program, counter, '20')));
    for (const other of started) expect(await other.remainingLines()).toEqual(['done']);

    expect(readFileSync(counter, 'utf8')).toBe('120');
  });
});
