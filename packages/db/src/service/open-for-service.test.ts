import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import type { IronDatabase } from '../connection/iron-database.ts';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { MigrationsPendingError, StructureDriftError } from '../migrations/migration-errors.ts';
import { openForService } from './open-for-service.ts';

const MEMORY = 'sqlite::memory:';

function newUrl(): string {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'iron-service-'));
  onTestFinished(() => folder.remove());
  return `sqlite://${join(folder.path, 'iron.db')}?mode=rwc`;
}

const configOf = (url: string, autoMigrate: boolean) =>
  loadConfig({
    environment: { IRON_ENV: 'development', DATABASE_URL: url, DATABASE_AUTO_MIGRATE: String(autoMigrate) },
  });

const isOpen = (database: IronDatabase) => database.engine === 'sqlite' && database.connection.open;

describe('openForService', () => {
  test('closes what it opened with the service, and leaves what is shared open', async () => {
    using shared = await openSqliteDatabase(MEMORY);
    const guest = await openForService(shared, { autoMigrate: true });
    const owner = await openForService(MEMORY);
    const configured = await openForService(configOf(newUrl(), true));
    expect(guest.database).toBe(shared);

    for (const service of [guest, owner, configured]) await service.close();
    expect(shared.connection.open).toBe(true);
    expect([isOpen(owner.database), isOpen(configured.database)]).toEqual([false, false]);
  });

  test('migrates a new database of a URL, and one that is open only where it is told to', async () => {
    using shared = await openSqliteDatabase(MEMORY);
    await expect(openForService(shared)).rejects.toThrow(MigrationsPendingError);
    await expect(openForService(MEMORY, { autoMigrate: false })).rejects.toThrow(MigrationsPendingError);
    await expect(openForService(MEMORY)).resolves.toMatchObject({ database: { path: ':memory:' } });
    await expect(openForService(shared, { autoMigrate: true })).resolves.toMatchObject({ database: shared });
  });

  test('migrates as the configuration says, and otherwise where it is told otherwise', async () => {
    const [allowed, forbidden] = [configOf(newUrl(), true), configOf(newUrl(), false)];
    await expect(openForService(allowed, { autoMigrate: false })).rejects.toThrow(MigrationsPendingError);
    await expect(openForService(forbidden)).rejects.toThrow(MigrationsPendingError);
    await (await openForService(forbidden, { autoMigrate: true })).close();
    await (await openForService(forbidden)).close();
    await (await openForService(allowed)).close();
  });

  test('refuses a database that was altered since the service before was opened on it, by another process too', async () => {
    const url = newUrl();
    using shared = await openSqliteDatabase(url);
    using other = await openSqliteDatabase(url);
    await openForService(shared, { autoMigrate: true });
    await openForService(shared);
    await expect(openForService(shared)).resolves.toMatchObject({ database: shared });

    other.connection.exec('CREATE TABLE notes (text TEXT)');
    await expect(openForService(shared)).rejects.toThrow(StructureDriftError);
    other.connection.exec('DROP TABLE notes');
    await expect(openForService(shared)).resolves.toMatchObject({ database: shared });
  });

  test('has the clock that it was given, or else that of the system', async () => {
    const stopped = await openForService(MEMORY, { now: () => 1_772_366_400_000 });
    const ticking = await openForService(MEMORY);
    expect(stopped.now()).toBe(1_772_366_400_000);
    expect(ticking.now).toBe(Date.now);
    for (const service of [stopped, ticking]) await service.close();
  });
});
