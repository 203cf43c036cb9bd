import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { cases, FUZZ_TIMEOUT_MS, oddText } from '@iron/test-program/fuzz';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../lifecycle/refusal.fixture.ts';
import { restorePostgresDatabase } from '../lifecycle/restore-postgres-database.ts';
import { type Frame, readFrames, writeFrame } from './archive-frames.ts';
import { migratedDatabase, NOW, type PostgresOfTest } from './backed-up.fixture.ts';
import { backupPostgresDatabase } from './backup-postgres-database.ts';

/** So many that the rows of one table are several blocks of the compressed file. */
const USERS = 20_000;

/** A database, the bytes of a backup of it, and the frames that these are. */
async function backedUp() {
  const database = await migratedDatabase();
  await database.ask(
    `INSERT INTO users (id, username, role, created_at)
     SELECT md5(n::text), md5(n::text) || n, 'viewer', ${NOW} FROM generate_series(1, ${USERS}) AS n; SELECT 1`,
  );
  const { path } = await backupPostgresDatabase(database);
  const bytes = readFileSync(path);
  const frames: Frame[] = [];
  for await (const frame of readFrames(whole(zstdDecompressSync(bytes)))) frames.push(frame);
  return { database, bytes, frames };
}

async function* whole(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** The code of what refuses the bytes, and whether it names their file. */
async function refusalOfRestore(database: PostgresOfTest, bytes: Buffer): Promise<[code: string, isNamed: boolean]> {
  const from = join(database.folder, 'odd.copy.zst');
  writeFileSync(from, bytes);
  const { code, message } = await refusalOf(restorePostgresDatabase({ ...database, from, environment: 'development' }));
  return [code, message.includes(from)];
}

async function stateOf({ ask }: PostgresOfTest): Promise<unknown> {
  const users = await ask('SELECT count(*)::int AS users FROM users');
  const left = await ask("SELECT nspname FROM pg_namespace WHERE nspname ~ '^_iron'");
  return [...users, ...left];
}

const UNTOUCHED = [{ users: USERS }];
const kind = fc.constantFrom('header' as const, 'table' as const, 'rows' as const, 'end' as const);
const content: fc.Arbitrary<Buffer> = fc.oneof(
  oddText.map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
);

describe('an odd archive is refused by its name, and what is there stays', { timeout: FUZZ_TIMEOUT_MS * 5 }, () => {
  test('cut anywhere, or with one byte that is another', async () => {
    const { database, bytes } = await backedUp();
    const property = fc.asyncProperty(fc.nat(), fc.integer({ min: 0, max: 255 }), async (place, mask) => {
      const at = place % bytes.length;
      const altered = Buffer.from(mask === 0 ? bytes.subarray(0, at) : bytes);
      if (mask !== 0) altered[at] = (altered[at] ?? 0) ^ mask;
      expect(await refusalOfRestore(database, altered)).toEqual(['backup.unusable', true]);
    });
    const middle = Math.floor(bytes.length / 2);
    await fc.assert(property, {
      ...cases(6),
      examples: [
        [middle, 0],
        [middle, 1],
      ],
    });
    expect(await stateOf(database)).toEqual(UNTOUCHED);
  });

  test('with a part more, a part less, or another part', async () => {
    const { database, frames } = await backedUp();
    const property = fc.asyncProperty(
      fc.nat(),
      fc.nat(1),
      fc.option(fc.tuple(kind, content)),
      async (place, removed, put) => {
        fc.pre(removed > 0 || put !== null);
        fc.pre(put?.[0] !== 'rows' || put[1].length > 0); // no rows are no part
        const at = place % frames.length;
        const added = put === null ? [] : [{ kind: put[0], content: put[1] }];
        const odd = frames.toSpliced(at, removed, ...added).map((frame) => writeFrame(frame.kind, frame.content));
        expect(await refusalOfRestore(database, zstdCompressSync(Buffer.concat(odd)))).toEqual([
          'backup.unusable',
          true,
        ]);
      },
    );
    await fc.assert(property, { ...cases(6), examples: [[1, 0, ['header', frames[0]?.content ?? Buffer.of()]]] });
    expect(await stateOf(database)).toEqual(UNTOUCHED);
  });
});
