/** `-` alone is an argument, as everywhere. */
export function isFlag(word: string): boolean {
  return word.startsWith('-') && word.length > 1;
}

/** What stands before `--`, where flags may be, and what stands after it, where everything is an argument. */
export function splitAtEnd(typed: readonly string[]): { before: readonly string[]; after: readonly string[] } {
  const end = typed.indexOf('--');
  return end === -1 ? { before: typed, after: [] } : { before: typed.slice(0, end), after: typed.slice(end + 1) };
}
