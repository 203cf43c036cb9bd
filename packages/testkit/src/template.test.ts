import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Migration, openDatabaseImage, readMigrations } from '@iron/db';
import { describe, expect, test } from 'vitest';
import { originOf, templateKey } from './template-key.ts';
import { loadTemplate } from './template.ts';
import { useTemporaryRoot } from './temporary-root.fixture.ts';

const MIGRATIONS = readMigrations();

const NEXT: Migration = {
  number: 99,
  file: '099_notes.sql',
  sql: 'CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;',
  checksum: '9'.repeat(64),
  shrinks: [],
};

function tablesOf(image: Uint8Array): unknown[] {
  using database = openDatabaseImage(image);
  return database.connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
}

describe('loadTemplate', () => {
  test('makes a template once, and hands out its bytes from then on', async () => {
    using root = useTemporaryRoot();

    const made = await loadTemplate(root.path, MIGRATIONS);
    const [file = '', ...others] = readdirSync(root.path);
    const found = await loadTemplate(root.path, MIGRATIONS);

    expect(others).toEqual([]);
    expect(file).toMatch(/^template-[0-9a-f]{64}$/);
    expect(Buffer.compare(made, found)).toBe(0);
    expect(Buffer.compare(readFileSync(join(root.path, file)).subarray(32), made)).toBe(0);
  });

  test('makes another one when there is another migration', async () => {
    using root = useTemporaryRoot();

    const before = await loadTemplate(root.path, MIGRATIONS);
    const after = await loadTemplate(root.path, [...MIGRATIONS, NEXT]);

    expect(tablesOf(before)).not.toContain('notes');
    expect(tablesOf(after)).toContain('notes');
    expect(readdirSync(root.path)).toHaveLength(2);
  });

  test.each([
    ['cut short', (content: Buffer) => content.subarray(0, 8_192)],
    ['empty', () => Buffer.alloc(0)],
    ['changed in one bit', (content: Buffer) => content.fill((content[5_000] ?? 0) ^ 1, 5_000, 5_001)],
  ])('makes it again when its file is %s', async (_how, damage) => {
    using root = useTemporaryRoot();
    const made = await loadTemplate(root.path, MIGRATIONS);
    const path = join(root.path, readdirSync(root.path)[0] ?? '');
    writeFileSync(path, damage(readFileSync(path)));

    const again = await loadTemplate(root.path, MIGRATIONS);

    expect(tablesOf(again)).toEqual(tablesOf(made));
    expect(Buffer.compare(readFileSync(path).subarray(32), again)).toBe(0);
  });
});

describe('templateKey', () => {
  test('is another one when anything that a template is made from is', async () => {
    const origin = await originOf(MIGRATIONS);
    const [first, ...rest] = MIGRATIONS;
    if (!first) throw new Error('There are no migrations.');
    const origins = [
      origin,
      { ...origin, migrations: [...MIGRATIONS, NEXT] },
      { ...origin, migrations: rest },
      { ...origin, migrations: [{ ...first, checksum: NEXT.checksum }, ...rest] },
      { ...origin, code: NEXT.checksum },
      { ...origin, sqliteVersion: '3.99.0' },
    ];

    expect(new Set(origins.map((each) => templateKey(each))).size).toBe(origins.length);
    expect(templateKey(await originOf(readMigrations()))).toBe(templateKey(origin));
  });
});
