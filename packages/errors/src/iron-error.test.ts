import { describe, expect, test, vi } from 'vitest';

import { IronError, isIronError } from './index.ts';

class BackupMissingError extends IronError {
  readonly code = 'backup.missing';
}

describe('IronError', () => {
  test('is named after its class and carries message, hint and details', () => {
    const error = new BackupMissingError('There is no backup.', { hint: 'Make one.', details: { kept: 0 } });

    expect(error.name).toBe('BackupMissingError');
    expect(error.message).toBe('There is no backup.');
    expect(error.hint).toBe('Make one.');
    expect(error.details).toEqual({ kept: 0 });
  });

  test('without options has no hint, no details and no cause at all', () => {
    const error = new BackupMissingError('There is no backup.');

    expect(error.hint).toBeUndefined();
    expect(error.details).toEqual({});
    expect('cause' in error).toBe(false);
  });

  test('keeps the cause, also one that is undefined', () => {
    const cause = new Error('disk full');

    expect(new BackupMissingError('There is no backup.', { cause }).cause).toBe(cause);
    expect('cause' in new BackupMissingError('There is no backup.', { cause: undefined })).toBe(true);
  });
});

describe('isIronError', () => {
  test('knows its own errors from every other value', () => {
    expect(isIronError(new BackupMissingError('There is no backup.'))).toBe(true);
    expect(isIronError(new Error('There is no backup.'))).toBe(false);
    expect(isIronError({ code: 'backup.missing', message: 'There is no backup.' })).toBe(false);
    expect(isIronError(undefined)).toBe(false);
  });

  test('knows an error thrown by a second copy of the package', async () => {
    vi.resetModules();
    const secondCopy = await import('./iron-error.ts');
    class FromSecondCopy extends secondCopy.IronError {
      readonly code = 'copy.second';
    }

    const error = new FromSecondCopy('Thrown by the other copy.');

    expect(error).not.toBeInstanceOf(IronError);
    expect(isIronError(error)).toBe(true);
  });
});
