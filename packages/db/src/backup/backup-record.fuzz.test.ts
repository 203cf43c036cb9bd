import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cases, FUZZ_TIMEOUT_MS, nearly, oddText } from '@iron/test-program/fuzz';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type DatabaseFolder, databaseFolder } from '../lifecycle/database-folder.fixture.ts';
import { backupPlace } from './backup-names.ts';
import { listBackups, manifestPath, manifestText, removeOrphanedManifests } from './backup-record.ts';
import { keepNewest } from './keep-newest.ts';
import { publishBackup } from './publish-backup.ts';

const BYTES = 'the bytes of a backup';
const DATABASE = 'dev_tokens.db';
const NOW = Date.UTC(2026, 9, 1);
const STAMPS = ['20241211_143000', '20241212_143000', '20260101_000000_2'];

let folder: DatabaseFolder;
let backups: string;
beforeAll(() => {
  folder = databaseFolder(DATABASE);
  backups = folder.file('backups');
  writeFileSync(folder.file('outside.db'), BYTES);
});
beforeEach(() => empty());
afterAll(() => folder[Symbol.dispose]());

function empty(): void {
  rmSync(backups, { recursive: true, force: true });
  mkdirSync(backups);
}

function pathOf(stamp = STAMPS[0]): string {
  return join(backups, `dev_tokens_backup_${stamp}.db`);
}

/** A backup of these bytes whose manifest has this text. */
function put(stamp: string | undefined, text: string): void {
  writeFileSync(pathOf(stamp), BYTES);
  writeFileSync(manifestPath(pathOf(stamp)), text);
}

const count = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 9 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, 0.5, 1e308, 2 ** 53, Number.MAX_SAFE_INTEGER, null, '1', [], {}) },
);
const name = fc.constantFrom('../../outside.db', '../outside.db', '/etc/passwd', 'a\0b', '', '.', '__proto__');
const valid = {
  database: DATABASE,
  file: 'dev_tokens_backup_20241211_143000.db',
  sequence: 1,
  reason: 'manual',
  madeAt: NOW,
  sizeBytes: BYTES.length,
  rows: { users: 2 },
  referenceViolations: 0,
};
const manifest = fc
  .record(
    {
      database: name,
      file: name,
      sequence: count,
      reason: oddText,
      madeAt: count,
      sizeBytes: count,
      rows: fc.oneof(fc.dictionary(oddText, count), fc.jsonValue({ maxDepth: 2 })),
      referenceViolations: count,
      checksum: fc.oneof(oddText, count),
      migrations: fc.oneof(fc.array(fc.record({ number: count, checksum: oddText, appliedAt: count })), count),
      [JSON.stringify({ __proto__: 1 })]: count,
    },
    { requiredKeys: [] },
  )
  .chain((odd) => fc.subarray(Object.entries(odd), { maxLength: 2 }))
  .map((odd) => ({ ...valid, ...Object.fromEntries(odd) }));
const text = fc
  .oneof(
    { weight: 3, arbitrary: manifest.map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: nearly(manifest.map((value) => JSON.stringify(value))) },
    { weight: 1, arbitrary: oddText },
  )
  .map((odd) => odd.toWellFormed()); // as a file has it
const last = JSON.stringify({ ...valid, sequence: Number.MAX_SAFE_INTEGER });

describe('any manifest', { timeout: FUZZ_TIMEOUT_MS }, () => {
  test('makes a backup a verified one only where Iron could have written it', () => {
    const property = fc.property(text, (written) => {
      put(STAMPS[0], written);
      const again = listBackups(folder.database).flatMap((backup) => {
        if (!backup.verified) return [];
        const { verified: _verified, ...record } = backup;
        return [JSON.parse(manifestText(record, DATABASE)) as unknown];
      });
      expect(again).toEqual(again.map(() => JSON.parse(written) as unknown));
      expect(listBackups(folder.database).filter(({ path }) => path !== pathOf())).toEqual([]);
    });
    fc.assert(property, cases(400));
  });

  test('leaves the next backup the newest, and nothing but backups of its folder is dropped', async () => {
    const property = fc.asyncProperty(fc.array(text, { maxLength: 3 }), async (texts) => {
      empty();
      for (const [index, written] of texts.entries())
        put(STAMPS[index], written.replaceAll(String(STAMPS[0]), String(STAMPS[index])));
      const place = backupPlace(folder.database);
      removeOrphanedManifests(place);
      writeFileSync(join(backups, '.unfinished'), BYTES);
      const made = publishBackup(place, join(backups, '.unfinished'), {
        reason: 'manual',
        madeAt: NOW,
        rows: {},
        referenceViolations: 0,
      });
      expect(listBackups(folder.database)[0]).toEqual({ verified: true, ...made });
      const strangers = listBackups(folder.database).filter(({ verified }) => !verified);
      await keepNewest(place, 1, async () => true);
      expect(listBackups(folder.database)).toEqual([{ verified: true, ...made }, ...strangers]);
      expect(readdirSync(folder.path).toSorted()).toEqual(['backups', 'outside.db']);
      expect(readFileSync(folder.file('outside.db'), 'utf8')).toBe(BYTES);
    });
    await fc.assert(property, { ...cases(60), examples: [[[last]]] });
  });
});

describe('in the place of a manifest or a backup', () => {
  const ODD: readonly [string, (path: string) => void][] = [
    ['a folder', (path) => mkdirSync(path)],
    ['a link to itself', (path) => symlinkSync(path, path)],
    ['a link to nowhere', (path) => symlinkSync('/nowhere/at/all', path)],
    ['a device without an end', (path) => symlinkSync('/dev/zero', path)],
    [
      'a file of three gigabytes',
      (path) => {
        writeFileSync(path, '{');
        truncateSync(path, 3 * 2 ** 30);
      },
    ],
  ];

  test.each(ODD)('%s makes it one that is not verified', (_, make) => {
    writeFileSync(pathOf(), BYTES);
    make(manifestPath(pathOf()));
    make(pathOf(STAMPS[1]));
    writeFileSync(manifestPath(pathOf(STAMPS[1])), JSON.stringify(valid));
    expect(listBackups(folder.database).map(({ verified }) => verified)).toEqual([false, false]);
    rmSync(pathOf());
    removeOrphanedManifests(backupPlace(folder.database));
    expect(readdirSync(backups)).toHaveLength(3);
  });
});
