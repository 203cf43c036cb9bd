import { readFileSync, writeFileSync } from 'node:fs';
import { isIronError } from '@iron/errors';
import { cases, FUZZ_TIMEOUT_MS } from '@iron/test-program/fuzz';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { databaseFolder, fingerprint } from './database-folder.fixture.ts';
import { makeDatabase, openRaw } from './made-database.fixture.ts';
import { restoreDatabase } from './restore-database.ts';

/** Of the header and of the first page, which says what tables there are, rather often. */
const place = fc.oneof(fc.nat(99), fc.nat(4_095), fc.nat());
const edit = fc.record({
  at: place,
  removed: fc.constantFrom(0, 1, 1, 4, 4_096),
  put: fc.uint8Array({ maxLength: 4 }),
});
const cut = fc.option(fc.nat());

describe('any bytes in the place of a backup', { timeout: FUZZ_TIMEOUT_MS * 2 }, () => {
  test('are restored, or refused by the name of their file, and then nothing is another', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    {
      using database = openRaw(folder.database);
      database.connection.pragma('journal_mode = DELETE');
    }
    const image = readFileSync(folder.database);
    const from = folder.file('odd.db');
    const property = fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 3 }), cut, async (edits, length) => {
      writeFileSync(folder.database, image);
      writeFileSync(from, oddly(image, edits, length));
      const before = fingerprint(folder.path);
      const problem = await problemOf(restoreDatabase({ path: folder.database, from, environment: 'development' }));
      expect(problem === null || problem.includes(from)).toBe(true);
      expect(problem === null ? before : fingerprint(folder.path)).toEqual(before);
    });
    await fc.assert(property, cases(12));
  });
});

function oddly(
  image: Buffer,
  edits: readonly { at: number; removed: number; put: Uint8Array }[],
  length: number | null,
): Buffer {
  let bytes = image;
  for (const { at, removed, put } of edits) {
    const start = at % bytes.length;
    bytes = Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(start + removed)]);
  }
  return length === null ? bytes : bytes.subarray(0, length % bytes.length);
}

/** What a refusal of Iron's says; `null` where there is none. */
async function problemOf(restoring: Promise<unknown>): Promise<string | null> {
  try {
    await restoring;
    return null;
  } catch (error) {
    if (isIronError(error)) return error.message;
    throw error;
  }
}
