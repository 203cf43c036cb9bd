import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempDisposableSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';

const PROGRAM = fileURLToPath(new URL('./everything-program.fixture.ts', import.meta.url));

/** The bytes of every file below `folder`, but for the lock, which is empty and held. */
function bytesBelow(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => !file.endsWith('-lock') && statSync(join(folder, file)).isFile(),
  );
  return new Map(files.map((file) => [file, readFileSync(join(folder, file)).toString('latin1')]));
}

function printedBy(child: ChildProcess): () => string {
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => void (printed += String(text)));
  return () => printed;
}

test('no secret can be read in anything that is printed, nor in any file (litellm#30670, litellm#7603)', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-secrets-'));
  const path = join(folder.path, 'iron.db');
  const environment = { ...process.env, IRON_MASTER_KEY: randomBytes(32).toString('base64') };
  const child = fork(PROGRAM, [path], { silent: true, env: environment });
  const printed = printedBy(child);
  const ended = once(child, 'close');
  try {
    const answer: unknown[] = await Promise.race([once(child, 'message'), ended]);
    const secrets = z.array(z.string()).parse(answer[0]);
    const files = bytesBelow(folder.path);
    child.kill('SIGKILL');
    await ended;

    expect([...files.keys()].map((file) => file.replace(/\d{8}_\d{6}/, 'TIME')).toSorted()).toEqual([
      'backups/iron_backup_TIME.db',
      'backups/iron_backup_TIME.db.json',
      'iron.db',
      'iron.db-shm',
      'iron.db-wal',
    ]);
    expect(secrets).toHaveLength(8);
    expect(printed()).toContain('InvalidTokenError');
    expect(printed()).toContain('search');
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(12);
      expect(printed()).not.toContain(secret);
      for (const [file, bytes] of files) expect([file, bytes.includes(secret)]).toEqual([file, false]);
    }
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
});
