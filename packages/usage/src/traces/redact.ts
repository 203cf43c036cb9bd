const REDACTED = '[redacted]';

const NAMES =
  'api[-_]?keys?|access[-_]?key(?:[-_]?id)?|subscription[-_]?key|secret(?:[-_]?key)?|private[-_]?key|' +
  'pass(?:word|wd|phrase)|pwd|credentials?|token';

/** Values of fields and parameters with these names, or names that end so, are secrets. */
const SECRET_NAME = new RegExp(`(?:authorization|cookie|${NAMES})$`, 'i');

/** What ends the value of a parameter. */
const END = String.raw`\s"'\\,;&}\]`;

/** Each rule keeps its first group. All of them take time in proportion to the text, whatever is in it. */
const RULES: readonly RegExp[] = [
  // A header with all that follows it: Authorization: Bearer …, cookie=a; b
  /(authorization(?:\\*["'])?\s*[:=]\s*(?:\\*["'])?|cookie(?:\\*["'])?\s*[:=]\s*(?:\\*["'])?)[^\r\n"'\\]+/gi,
  // A field: "api_key": "…", api_key = '…', also within quoted JSON: \"api_key\":\"…\"
  new RegExp(String.raw`((?:${NAMES})(?:\\*["'])?\s*[:=]\s*\\*["'])[^"'\\]+`, 'gi'),
  // A parameter: api_key=…, x-api-key: …, ?key=…; where it was taken out before, with the whole mark
  new RegExp(String.raw`((?:${NAMES}|[?&]key)\s*[:=]\s*)(?:\[redacted\][^${END}]*|[^${END}]+)`, 'gi'),
  /(bearer\s+)[\w.~+/=-]{16,}/gi,
  /()-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // Keys by their looks: Iron, OpenAI and Anthropic and Stripe, Google, AWS, GitHub, Slack, Groq, Hugging Face, xAI, …
  /()iron_[\w-]{4,}/gi,
  /()(?<![a-z0-9])(?:sk|rk)[-_][\w-]{8,}/gi,
  /()AIza[\w-]{20,}/g,
  /()(?<![A-Z0-9])A[KS]IA[A-Z0-9]{12,}/g,
  /()(?<![a-z0-9])(?:gh[pousr]_|github_pat_|xox[a-z]-|gsk_|hf_|r8_|pplx-|xai-)[\w-]{10,}/gi,
  // A JSON Web Token
  /()(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g,
];

/**
 * Takes secrets out of a text, as far as they can be known by their looks: authorization headers and cookies, fields
 * and parameters that are named like a key, a password or a token, and the keys of the usual providers. Any text will
 * do. A secret that looks like nothing in particular and has no name stays: payloads are off unless asked for.
 */
export function redactText(text: string): string {
  return RULES.reduce((left, rule) => left.replace(rule, `$1${REDACTED}`), text);
}

/** Like {@link redactText}; in JSON, whatever a field with a secret's name holds goes, be it an object. */
export function redactPayload(text: string): string {
  try {
    return redactValue(JSON.parse(text));
  } catch {
    return redactText(text); // no JSON, or too deep to walk
  }
}

/** The JSON of a value, without its secrets. */
export function redactValue(value: unknown): string {
  return JSON.stringify(value, (key, held: unknown) => {
    if (SECRET_NAME.test(key) && held !== null && typeof held !== 'boolean') return REDACTED;
    if (typeof held === 'string') return redactText(held);
    return isRecord(held) ? redactNames(held) : held;
  });
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Who counts by key has keys for names. */
function redactNames(record: object): object {
  const entries = Object.entries(record);
  const redacted = entries.map(([name, held]: [string, unknown]) => [redactText(name), held] as const);
  return redacted.some(([name], index) => name !== entries[index]?.[0]) ? Object.fromEntries(redacted) : record;
}
