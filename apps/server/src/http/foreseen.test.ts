import { DatabaseBusyError, DiskFullError } from '@iron/db';
import { expect, test } from 'vitest';
import { foreseen } from './foreseen.ts';
import { NothingHereError } from './http-errors.ts';

const sqlite = (code: string) => Object.assign(new Error('it did not work'), { code });

test('what SQLite says of a read is what Iron says of it', () => {
  expect(foreseen(sqlite('SQLITE_BUSY_RECOVERY'), '/srv/t.db')).toBeInstanceOf(DatabaseBusyError);
  expect(foreseen(sqlite('SQLITE_FULL'), '/srv/t.db')).toBeInstanceOf(DiskFullError);
});

test('any other error stays what it is', () => {
  for (const error of [new NothingHereError(), new TypeError('a bug'), sqlite('SQLITE_CONSTRAINT')]) {
    expect(foreseen(error, '/srv/t.db')).toBe(error);
  }
});
