import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { startProgram } from '@iron/test-program';
import { describe, expect, test } from 'vitest';
import { type FileHolder, findHolders } from '../connection/file-holders.ts';
import { databaseFolder, fingerprint } from '../lifecycle/database-folder.fixture.ts';
import {
  addPayloads,
  GUIDE_TIME,
  integrityOf,
  makeDatabase,
  openRaw,
  overwriteIndexedText,
  usersIn,
} from '../lifecycle/made-database.fixture.ts';
import { refusalOf } from '../lifecycle/refusal.fixture.ts';
import { resetDatabase } from '../lifecycle/reset-database.ts';
import type { Progress } from '../progress.ts';
import { verifiedBackups } from './backup-record.ts';
import { copyFileElsewhere } from './copy-file-elsewhere.ts';

const now = () => GUIDE_TIME;
const LARGE_BYTES = 6_000_000;

async function largeDatabase(path: string): Promise<void> {
  await makeDatabase(path);
  addPayloads(path, LARGE_BYTES);
}

describe('a database that is too large to be copied in a moment', () => {
  test('is backed up by a reset, byte for byte, and its progress shown', async () => {
    using folder = databaseFolder();
    await largeDatabase(folder.database);
    const steps: Progress[] = [];

    const { backup } = await resetDatabase({
      path: folder.database,
      seed: true,
      environment: 'development',
      now,
      onProgress: (progress) => void steps.push(progress),
    });

    expect(backup?.rows).toMatchObject({ users: 1, api_call_traces: LARGE_BYTES / 20_000 });
    expect(usersIn(backup?.path ?? '')).toEqual(['old']);
    expect(integrityOf(backup?.path ?? '')).toBe('ok');
    const copied = steps.filter(({ step }) => step === 'backup');
    expect(copied.at(-1)?.done).toBe(backup?.sizeBytes);
    expect(copied.length).toBeGreaterThan(1);
  });

  test('is not replaced when its copy differs in one byte', async () => {
    using folder = databaseFolder();
    await largeDatabase(folder.database);
    await resetDatabase({ path: folder.file('other.db'), seed: false, environment: 'development', now });
    const before = fingerprint(folder.path);
    const spoil = ({ step, done }: Progress) => {
      if (step !== 'verify' || done !== 0) return;
      const copy = folder.file('backups/.dev_tokens.db_backup.partial');
      const bytes = readFileSync(copy);
      writeFileSync(copy, bytes.fill(bytes.readUInt8(5_000_000) + 1, 5_000_000, 5_000_001));
    };

    const refused = await refusalOf(
      resetDatabase({ path: folder.database, seed: true, environment: 'development', now, onProgress: spoil }),
    );

    expect(refused).toMatchObject({ code: 'backup.not_verified', damaged: false });
    expect(refused.message).toContain('byte by byte');
    expect({ ...fingerprint(folder.path), 'dev_tokens.db': '' }).toMatchObject({ ...before, 'dev_tokens.db': '' });
    expect(usersIn(folder.database)).toEqual(['old']);
  });

  test('is set aside by a reset when an index of it is damaged', async () => {
    using folder = databaseFolder();
    await largeDatabase(folder.database);
    overwriteIndexedText(folder.database, 'old');

    const report = await resetDatabase({ path: folder.database, seed: true, environment: 'development', now });

    expect(report.backup).toBeNull();
    expect(report.setAside).toBe(folder.file('backups/dev_tokens_damaged_20241211_143000.db'));
  });

  test('stays locked against writers of other processes while it is copied and compared', async () => {
    using folder = databaseFolder();
    await largeDatabase(folder.database);
    using holder = openRaw(folder.database);
    holder.connection.pragma('journal_mode = DELETE');
    holder.connection.exec('BEGIN IMMEDIATE');

    await using copy = await copyFileElsewhere(folder.database, folder.file('copy.db'));
    const isSame = await copy.compare();
    await using writer = startProgram(new URL('./write-program.fixture.ts', import.meta.url), folder.database);

    expect(isSame).toBe(true);
    expect(await writer.nextLine()).toBe('SQLITE_BUSY');
  });

  test('is not copied on by anybody when who copied it was killed', async () => {
    using folder = databaseFolder();
    await largeDatabase(folder.database);
    await using copier = startProgram(
      new URL('./copy-program.fixture.ts', import.meta.url),
      folder.database,
      folder.file('copy.db'),
    );
    expect(await copier.nextLine()).toBe('copied');
    expect(findHolders(folder.file('copy.db'))).toHaveLength(1);

    await copier.kill();

    await expect.poll(() => findHolders(folder.file('copy.db')), { timeout: 10_000 }).toEqual([]);
  });

  test('has a manifest that is a file of its own, never written through a link that was put there meanwhile', async () => {
    using folder = databaseFolder();
    await largeDatabase(folder.database);
    writeFileSync(folder.file('precious'), 'precious');
    const plant = ({ step, done }: Progress) => {
      if (step !== 'verify' || done !== 1) return;
      symlinkSync(folder.file('precious'), folder.file('backups/.dev_tokens.db_backup.partial.json'));
    };

    await resetDatabase({ path: folder.database, seed: true, environment: 'development', now, onProgress: plant });

    expect(readFileSync(folder.file('precious'), 'utf8')).toBe('precious');
    expect(verifiedBackups(folder.database)).toHaveLength(1);
  });

  test('is free again once it is copied: a reset refuses to replace what a process has open', async () => {
    using folder = databaseFolder();
    await largeDatabase(folder.database);
    let copiers: readonly FileHolder[] | null;
    {
      await using copy = await copyFileElsewhere(folder.database, folder.file('copy.db'));
      expect(await copy.compare()).toBe(true);
      copiers = findHolders(folder.database);
    }
    expect(copiers).toHaveLength(1);
    for (const { pid } of copiers ?? []) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test('is copied whatever NODE_OPTIONS asks of this process: a debugger would wait in the other one, too', async () => {
    using folder = databaseFolder();
    await largeDatabase(folder.database);
    const before = process.env['NODE_OPTIONS'];
    process.env['NODE_OPTIONS'] = `--require ${folder.file('missing.cjs')}`;
    try {
      await using copy = await copyFileElsewhere(folder.database, folder.file('copy.db'));
      expect(await copy.compare()).toBe(true);
    } finally {
      if (before === undefined) delete process.env['NODE_OPTIONS'];
      else process.env['NODE_OPTIONS'] = before;
    }
  });

  test('is checked by a program whose working folder is gone, too', async () => {
    using folder = databaseFolder();
    await largeDatabase(folder.database);
    await using program = startProgram(new URL('./check-program.fixture.ts', import.meta.url), folder.database);
    expect(await program.nextLine()).toBe('1');
  });

  test('names the reason when it cannot be read', async () => {
    using folder = databaseFolder();
    await expect(copyFileElsewhere(folder.file('missing.db'), folder.file('copy.db'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
