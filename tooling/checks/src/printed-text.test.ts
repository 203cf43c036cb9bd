import { describe, expect, test } from 'vitest';
import { correctShown, inOneLine, withoutVarying } from './printed-text.ts';

describe('what differs from run to run is passed over', () => {
  test.each([
    ['/b/tokens_backup_20261122_183105.db', '/b/tokens_backup_20270101_000000_2.db'],
    ['Created  2026-11-22 18:30:19 UTC', 'Created    2027-01-01 00:00:00 UTC'],
    ['8,2026-11-27T10:16:20.191Z,6', '8,2027-01-01T00:00:00.000Z,6'],
    ['4 seconds  260.0 KiB  yes', '1 minute    1.2 MiB  yes'],
    ['open in process 4711 (sleep 60)', 'open in process 12 (sleep 60)'],
    ['Undo  pnpm --filter cli db', 'Undo  npx -y pnpm@12.21.0 --filter cli db'],
    ['2026-11-22  7  in 13 hours  os:maria', '2027-01-01  7  in 2 days  os:root'],
    ['1795372219831|64', '1895372219831|64'],
    ['0199a1c2-4f7e-7c3a-9d7e-0d6f5c1b2a39 left', '0199a1c2-ffff-7c3a-9d7e-0d6f5c1b2a39 left'],
    ['"secret":"iron_dev_…"', `"secret":"iron_dev_${'a'.repeat(49)}"`],
    ['failed after 12.4 ms', 'failed after 3 ms'],
  ])('%s', (shown, printed) => {
    expect(withoutVarying(shown)).toBe(withoutVarying(printed));
  });

  test('what pnpm says, too', () => {
    const failure =
      '[ELIFECYCLE] Command failed with exit code 1.\nError: ERR_PNPM_RECURSIVE\n\n  × "run" failed in /x\n\n';
    expect(withoutVarying(`$ node bin/iron.js db reset\nError: no\n${failure}exit code 1\n`)).toBe(
      'Error: no\nexit code 1',
    );
  });
});

test('JSON is spread over lines for readers, and compared as it is answered', () => {
  const shown = '{\n  "items": [{ "id": 1, "name": "a, b" }, 2],\n  "next": null\n}';
  expect(inOneLine(shown)).toBe('{"items":[{"id":1,"name":"a,b"},2],"next":null}');
  expect(inOneLine('{"name":"a, b"}')).toBe(inOneLine('{ "name": "a, b" }'));
});

describe('anything else', () => {
  test.each([
    ['users 3', 'users 4'],
    ['a\nc', 'a\nb\nc'],
    ['a', 'a\nb'],
    ['…\nb', 'b c'],
    ['id …', 'name x'],
  ])('is corrected: %j is not %j', (shown, printed) => {
    expect(correctShown(shown, printed, { whole: true })).toBe(printed);
  });
});

describe('an ellipsis', () => {
  test.each([
    ['a …\nc', 'a b\nc'],
    ['…\nc', 'a\nb\nc'],
    ['a\n…', 'a\nb\nc'],
    ['a\n…\nd', 'a\nb\nc\nd'],
  ])('stands for what is left out: %j is %j', (shown, printed) => {
    expect(correctShown(shown, printed, { whole: true })).toBe(shown);
  });

  test('is not needed in a part', () => {
    expect(correctShown('b\nc', 'a\nb\nc\nd', { whole: false })).toBe('b\nc');
    expect(correctShown('b\nc', 'a\nb\nd\nc', { whole: false })).not.toBe('b\nc');
  });
});
