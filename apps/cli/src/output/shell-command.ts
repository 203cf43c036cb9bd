const NEEDS_NO_QUOTES = /^[\w@%+=:,./-]+$/;

/** Words as one line that a POSIX shell splits into exactly these words again. */
export function shellCommand(words: readonly string[]): string {
  return words.map((word) => quote(word)).join(' ');
}

function quote(word: string): string {
  return NEEDS_NO_QUOTES.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
