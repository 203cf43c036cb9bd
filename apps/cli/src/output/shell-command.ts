import { replaceHidden } from './visible-text.ts';

const NEEDS_NO_QUOTES = /^[\w@%+=:,./-]+$/;

/**
 * Words as one line that a POSIX shell splits into exactly these words again. The line itself is plain: control
 * characters in a word are written as escapes that `printf` turns back, because a terminal would act on them.
 */
export function shellCommand(words: readonly string[]): string {
  return words.map((word) => quote(word)).join(' ');
}

function quote(word: string): string {
  if (NEEDS_NO_QUOTES.test(word)) return word;
  const escaped = word.replaceAll('\\', String.raw`\\`);
  const plain = replaceHidden(escaped, octalBytes);
  return plain === escaped ? singleQuoted(word) : `"$(printf %b ${singleQuoted(plain)})"`;
}

function octalBytes(character: string): string {
  return Array.from(Buffer.from(character), (byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');
}

function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
