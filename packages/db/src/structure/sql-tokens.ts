import { quoteName } from './quote-name.ts';

/** A piece of SQL that means something: no white space, no comment. */
export interface SqlToken {
  /** `word` is bare (a keyword or a name), `name` is quoted in one of SQLite's three ways. */
  readonly kind: (typeof KINDS)[number];
  /** The token in one spelling: `"Users"`, `[users]` and `USERS` are all `users`; strings keep theirs. */
  readonly text: string;
  /** Where it begins in the SQL. */
  readonly offset: number;
}

/** A token, or a group of tokens already spelled. */
interface Spelled {
  readonly kind: SqlToken['kind'] | 'group';
  readonly text: string;
}

const KINDS = ['blob', 'string', 'name', 'number', 'variable', 'word', 'symbol'] as const;

const NAME_CHARACTER = String.raw`[\w$\u0080-\u{10ffff}]`;

const TOKEN = new RegExp(
  [
    String.raw`(?<space>\s+|--[^\n]*|/\*[^]*?(?:\*/|$))`,
    String.raw`(?<blob>[xX]'[^']*'?)`,
    String.raw`(?<string>'(?:[^']|'')*'?)`,
    String.raw`(?<name>"(?:[^"]|"")*"?|\x60(?:[^\x60]|\x60\x60)*\x60?|\[[^\]]*\]?)`,
    String.raw`(?<number>0[xX][\da-fA-F]+|(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)`,
    String.raw`(?<variable>[?:@$]${NAME_CHARACTER}+|\?)`,
    `(?<word>${NAME_CHARACTER}+)`,
    String.raw`(?<symbol>->>|->|\|\||<=|>=|<>|!=|==|<<|>>|[^])`,
  ].join('|'),
  'ug',
);

/** What `"true"` and `true` mean differs, so these names keep their quotes. */
const VALUE_WORDS = new Set(['null', 'true', 'false', 'current_date', 'current_time', 'current_timestamp']);
const PLAIN_NAME = /^[a-z_\u0080-\u{10ffff}][\w$\u0080-\u{10ffff}]*$/u;

/** Splits SQL into tokens. Text that SQLite would refuse is split too, as far as it goes. */
export function readSqlTokens(sql: string): SqlToken[] {
  return [...sql.matchAll(TOKEN)].flatMap((match) => {
    const kind = KINDS.find((candidate) => match.groups?.[candidate] !== undefined);
    return kind ? [{ kind, text: normalText(kind, match[0]), offset: match.index }] : [];
  });
}

/** SQL in one spelling, so that two texts of the same statement are equal. */
export function normalSql(sql: string | readonly Spelled[]): string {
  const tokens = typeof sql === 'string' ? readSqlTokens(sql) : sql;
  return tokens.reduce((text, token, index) => text + space(tokens[index - 1], token) + token.text, '');
}

/** A name, given bare, as {@link SqlToken} spells it. */
export function spellName(bare: string): string {
  const name = lowerCase(bare);
  return PLAIN_NAME.test(name) && !VALUE_WORDS.has(name) ? name : quoteName(name);
}

/** What is between the quotes of a name or a string. */
export function unquote(quoted: string): string {
  const closing = quoted.startsWith('[') ? ']' : quoted.charAt(0);
  const inner = quoted.slice(1, quoted.length > 1 && quoted.endsWith(closing) ? -1 : undefined);
  return closing === ']' ? inner : inner.replaceAll(closing + closing, closing);
}

function normalText(kind: SqlToken['kind'], text: string): string {
  if (kind === 'string') return text;
  return kind === 'name' ? spellName(unquote(text)) : lowerCase(text);
}

function space(before: Spelled | undefined, after: Spelled): string {
  if (!before || isSymbol(before, '(.') || isSymbol(after, '),.')) return '';
  return ' ';
}

function isSymbol(token: Spelled, symbols: string): boolean {
  return token.kind === 'symbol' && symbols.includes(token.text);
}

/** SQLite ignores the case of ASCII letters only. */
function lowerCase(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
