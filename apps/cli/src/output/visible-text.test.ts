import { expect, test } from 'vitest';
import { visibleText } from './visible-text.ts';

test.each([
  ['plain, naïve 日本語 🎂', 'plain, naïve 日本語 🎂'],
  ['two\nlines\tand\r', String.raw`two\nlines\tand\r`],
  ['\u001b[2Jcleared', String.raw`\u001b[2Jcleared`],
  ['\u009b31mred', String.raw`\u009b31mred`],
  ['invoice\u202egnp.exe', String.raw`invoice\u202egnp.exe`],
  ['nul\0', String.raw`nul\u0000`],
])('%j is printed as %s', (text, expected) => {
  expect(visibleText(text)).toBe(expected);
});
