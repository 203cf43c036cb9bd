/** The text with `%20` and its like decoded; undefined if some `%` in it is not followed by the code of a letter. */
export function decodePercents(text: string): string | undefined {
  if (!text.isWellFormed()) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
