import { describe, expect, test } from 'vitest';
import { capturedContext } from '../captured-context.fixture.ts';
import { confirm } from './confirm.ts';
import { readSecret, readSecrets } from './read-secrets.ts';

const KEY = { name: 'Key' };

describe('a question', () => {
  test.each(['y\n', 'yes\n', ' YES \r\n'])('is agreed to with %j, and stands on stderr', async (stdin) => {
    const { context, stdout, stderr } = capturedContext({ terminal: true, stdin });
    await confirm('Delete token 5?', undefined, context);
    expect(stderr()).toContain('Delete token 5? [y/N] ');
    expect(stdout()).toBe('');
  });

  test.each([
    ['\n', 'cli.not_confirmed'],
    ['n\n', 'cli.not_confirmed'],
    ['yesterday\n', 'cli.not_confirmed'],
    ['\u0004', 'cli.not_confirmed'],
    ['', 'cli.not_confirmed'],
    ['y\u0003', 'cli.interrupted'],
  ])('is not agreed to with %j', async (stdin, code) => {
    const { context } = capturedContext({ terminal: true, stdin });
    await expect(confirm('Delete token 5?', undefined, context)).rejects.toMatchObject({ code });
  });

  test('is not asked with --yes, and is refused where nobody is there to answer', async () => {
    const { context, stderr } = capturedContext({ stdin: 'y\n' });
    await confirm('Delete token 5?', true, context);
    await expect(confirm('Delete token 5?', undefined, context)).rejects.toMatchObject({
      code: 'cli.confirmation_missing',
      hint: 'Add --yes to do it.',
    });
    expect(stderr()).toBe('');
  });
});

async function typeNew(stdin: string): Promise<string> {
  return await readSecret({ name: 'Password', isNew: true }, capturedContext({ terminal: true, stdin }).context);
}

describe('a secret', () => {
  test.each([
    ['sk-1\n', 'sk-1'],
    ['sk-1', 'sk-1'],
    ['sk-1\r\n', 'sk-1'],
    [' two\nlines \n\n', ' two\nlines \n'],
  ])('that is piped in is all of %j but for a newline at the end', async (stdin, secret) => {
    expect(await readSecret(KEY, capturedContext({ stdin }).context)).toBe(secret);
  });

  test('that is typed is not shown', async () => {
    const { context, stdout, stderr } = capturedContext({ terminal: true, stdin: 'sk-secret\r' });
    expect(await readSecret(KEY, context)).toBe('sk-secret');
    expect([stdout(), stderr()]).toEqual(['', 'Key: \n']);
  });

  test('that is new is typed twice, the same', async () => {
    expect(await typeNew('one\rone\r')).toBe('one');
    await expect(typeNew('one\rtwo\r')).rejects.toMatchObject({ code: 'cli.invalid_value' });
    await expect(typeNew('one\r\u0003')).rejects.toMatchObject({ code: 'cli.interrupted' });
  });

  test('is refused when there is none, without a hint at what was there instead', async () => {
    await expect(readSecret(KEY, capturedContext({ stdin: '\n' }).context)).rejects.toMatchObject({
      code: 'cli.invalid_value',
      message: 'stdin: holds no key.',
    });
  });

  test('and another one are two lines, or are typed one after the other', async () => {
    const wanted = [{ name: 'Old password' }, { name: 'New password', isNew: true }] as const;
    expect(await readSecrets(wanted, capturedContext({ stdin: 'old\nnew\n' }).context)).toEqual(['old', 'new']);
    const typed = capturedContext({ terminal: true, stdin: 'old\rnew\rnew\r' });
    expect(await readSecrets(wanted, typed.context)).toEqual(['old', 'new']);
    await expect(readSecrets(wanted, capturedContext({ stdin: 'old\n' }).context)).rejects.toMatchObject({
      message: 'stdin: holds no new password.',
    });
    await expect(readSecrets(wanted, capturedContext({ stdin: 'a\nb\nc' }).context)).rejects.toMatchObject({
      message: 'stdin: has 3 lines, and 2 are wanted.',
    });
  });
});
