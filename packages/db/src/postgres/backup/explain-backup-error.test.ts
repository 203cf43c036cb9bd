import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parsePostgresUrl } from '../../connection/parse-postgres-url.ts';
import { explainPostgresError } from '../explain-postgres-error.ts';
import { explainBackupError } from './explain-backup-error.ts';

const FOLDER = '/srv/iron/backups';

test.each(['EACCES', 'EPERM', 'EROFS'])('%s is about the folder of the backups, and not about the server', (code) => {
  const refused = Object.assign(new Error(`${code}: open`), { code, syscall: 'open' });

  expect(explainBackupError(refused, FOLDER)).toMatchObject({
    code: 'database.not_writable',
    message: `${FOLDER} cannot be written.`,
    hint: 'Nothing was changed. Check the permissions of the folder, or run the command where you may write.',
  });
});

test('a folder that somebody removed meanwhile is not taken for a server without a socket', () => {
  const folder = mkdtempSync(join(tmpdir(), 'iron-'));
  rmSync(folder, { recursive: true });
  const error = errorOf(() => openSync(join(folder, 'backups', 'a'), 'wx'));
  const location = parsePostgresUrl('postgres://iron@db.example.org/iron', folder, {});

  expect(explainBackupError(explainPostgresError(error, { location, giveUpAfterMs: 1 }), FOLDER)).toMatchObject({
    code: 'database.io_failed',
    details: { path: FOLDER, code: 'ENOENT' },
  });
});

function errorOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
