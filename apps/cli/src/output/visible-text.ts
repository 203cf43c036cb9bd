const HIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Text of unknown origin, on one line and harmless to a terminal: control characters, which could move the cursor or
 * hide what stands there, and marks that reverse the direction of reading are written as escapes.
 */
export function visibleText(text: string): string {
  return replaceHidden(text, (character) => SHORT_ESCAPES[character] ?? escape(character));
}

/** The text with every character that is not shown, but acted on, replaced. */
export function replaceHidden(text: string, replace: (character: string) => string): string {
  return text.replaceAll(HIDDEN, (character) => replace(character));
}

function escape(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}
