import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { startPostgres } from '@iron/test-postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from './workspace.ts';
import { KNOWN, type Traces, useInstallation } from './used-installation.fixture.ts';

describe.each(['sqlite', 'postgres'] as const)('whoever steals files of an installation on %s', (engine) => {
  const cleanUp = new AsyncDisposableStack();
  const { path: folder } = cleanUp.use(temporaryFolder('stolen'));
  let traces: Traces;
  let files: ReadonlyMap<string, Buffer>;
  beforeAll(async () => {
    const server = engine === 'postgres' ? cleanUp.use(await startPostgres()) : undefined;
    traces = await useInstallation(folder, server?.url ?? 'sqlite:///./iron.db?mode=rwc');
    files = readStolen(folder);
  });
  afterAll(async () => await cleanUp.disposeAsync());

  test('finds no secret in the database, its backups and its log, in whatever form', () => {
    const found = [...files].flatMap(([name, bytes]) =>
      Object.entries(traces.secrets)
        .filter(([, secret]) => formsOf(secret).some((form) => bytes.includes(form)))
        .map(([what]) => `${what} in ${name}`),
    );
    expect(found).toEqual([]);
  });

  test('finds in a backup the hashes of tokens and of passwords, names, masked keys, and what providers were sent', () => {
    const [backup = Buffer.alloc(0)] = [...files].filter(([name]) => isBackup(name)).map(([, bytes]) => bytes);
    const hashes = [traces.secrets.administrator, traces.secrets.imported].map((secret) => sha256(secret));
    const readable = [...hashes, '$argon2id$v=19$m=19456,t=2,p=1$', 'ada@example.org', 'sk-…yZ6q', KNOWN.prompt];
    expect(readable.filter((text) => !backup.includes(text))).toEqual([]);
  });

  test('finds in the log who asked for what and when, but not from where, for what exactly, or what was sent', () => {
    const log = files.get('server.log')?.toString() ?? '';
    expect(log).toContain('"route":"/api/tokens","status":201');
    expect(log).toContain('"userId":"user_admin"');
    expect(Object.values(KNOWN).filter((text) => log.includes(text))).toEqual([]);
    expect(log).not.toContain('127.0.0.1"');
  });

  test('has to be their owner: nobody else on the machine may read what Iron wrote', () => {
    const written = globSync(['iron.db*', 'backups', 'backups/*'], { cwd: folder });
    const open = written.filter((name) => (statSync(join(folder, name)).mode & 0o077) !== 0);
    expect(written.length).toBeGreaterThan(2);
    expect(open).toEqual([]);
  });
});

/** Every file, archives unpacked; of SQLite the database, what it has not written back, and its backup. */
function readStolen(folder: string): Map<string, Buffer> {
  const names = globSync('**', { cwd: folder }).filter((name) => statSync(join(folder, name)).isFile());
  return new Map(names.map((name) => [name, unpacked(readFileSync(join(folder, name)), name)]));
}

function unpacked(bytes: Buffer, name: string): Buffer {
  return name.endsWith('.zst') ? zstdDecompressSync(bytes) : bytes;
}

function isBackup(name: string): boolean {
  return name.startsWith('backups/') && !name.endsWith('.json');
}

/** A secret as it could stand in a file: plain, or as bytes are written for people. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const middle = secret.slice(4, -4); // also where only a part of it was kept
  const digits = bytes.toString('base64').slice(0, -4); // what follows may change the last ones
  return [middle, digits, bytes.toString('hex'), encodeURIComponent(secret)];
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
