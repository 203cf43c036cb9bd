/** Also one that was cut short, which would be most of a secret. */
const LIKE_A_TOKEN = /(iron_(?:live|test|dev)_)[0-9A-Za-z]{20,}/g;

/** A text without the tokens in it: what was typed at a wrong place is named in errors, and they end up in logs. */
export function hideTokens(text: string): string {
  return text.replaceAll(LIKE_A_TOKEN, '$1…');
}
