/** What differs from one run to the next, and what stands for it. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/^\$ (?:node bin|vitest).*\n/gm, ''], // pnpm says what it starts
  [/^\[ELIFECYCLE\].*\n|^Error: ERR_PNPM_.*\n\n.*× .*\n\n?/gm, ''], // pnpm says that it failed
  [/npx -y pnpm@[\d.]+/g, 'pnpm'],
  [/\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d UTC|T\d\d:\d\d:\d\d\.\d{3}Z)/g, '<time>'],
  [/(?<=_(?:backup|damaged)_)\d{8}_\d{6}(?:_\d+)?/g, '<stamp>'],
  [/\b1\d{12}\b/g, '<milliseconds>'],
  [/\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/g, '<uuid>'],
  [/\biron_dev_(?:[\dA-Za-z]{49}|…)/g, '<token>'],
  [/\b\d+(?:\.\d+)? ms\b/g, '<ms>'],
  [/\b\d+(?:\.\d)? [KM]iB/g, '<size>'],
  [/\b\d{4}-\d\d-\d\d\b/g, '<date>'],
  [/\b\d+ (?:second|minute|hour|day)s?\b/g, '<age>'],
  [/\bos:[\w.-]+/g, 'os:<name>'],
  [/(?<=\bprocess )\d+/g, '<number>'],
  [/(?<=\/tmp\.)\w+/g, '<name>'],
  [/iron-testkit-\d+\/kept-[\w-]+/g, 'iron-testkit/<name>'],
  [/(?<=\S) {2,}(?=\S)/g, '  '], // the width of columns follows from what is in them
  [/[ \r]+$/gm, ''],
];

/** Text with everything that differs from run to run replaced, so that what a document shows can be compared with it. */
export function withoutVarying(text: string): string {
  return VARYING.reduce((rest, [pattern, word]) => rest.replaceAll(pattern, word), text).trim();
}

/** The white space between the parts of JSON, which a document has for its readers and an answer has not. */
const SPREAD = /(?<=[{[,]|":)\s+|\s+(?=[}\]])/g;

/** What an answer of JSON looks like in one line, however a document spreads it. */
export function inOneLine(json: string): string {
  return json.replaceAll(SPREAD, '');
}

/**
 * What the document should have shown: `shown` itself when it fits, or else `printed`.
 * A `…` in the shown text stands for the rest of a line, and on a line of its own for any number of lines.
 */
export function correctShown(shown: string, printed: string, { whole }: { whole: boolean }): string {
  const lines = RegExp.escape(shown)
    .replaceAll(/(?<=^|\\n)…(?=$|\\n)/g, '[^]*?')
    .replaceAll('…', '.*');
  const pattern = whole ? `^${lines}$` : `(?:^|\\n)${lines}(?:\\n|$)`;
  return new RegExp(pattern).test(printed) ? shown : printed;
}
