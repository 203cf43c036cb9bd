import { lineCounter } from '../../migrations/line-counter.ts';

/** A piece of a statement that means something: no white space, no comment. */
export interface PostgresToken {
  /** `word` is bare (a keyword or a name), `text` a string in any of its spellings, the body of a function among them. */
  readonly kind: 'text' | 'name' | 'word' | 'symbol';
  /** Words in lower case, names without their quotes, texts as they are. */
  readonly text: string;
  /** Where it begins in the SQL. */
  readonly offset: number;
}

/** One statement of a migration file. */
export interface PostgresStatement {
  readonly sql: string;
  /** Where it begins in the file, counted from 1. */
  readonly line: number;
  readonly tokens: readonly PostgresToken[];
}

const LETTER = String.raw`[A-Za-z_\u0080-\u{10ffff}]`;
const TAG = String.raw`(?:${LETTER}(?:${LETTER}|\d)*)?`;

const TOKEN = new RegExp(
  [
    String.raw`(?<space>\s+|--[^\n]*)`,
    String.raw`(?<comment>/\*)`,
    String.raw`(?<text>[eE]'(?:[^'\\]|''|\\[^])*'?|(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*'?|\$(?<tag>${TAG})\$[^]*?(?:\$\k<tag>\$|$))`,
    String.raw`(?<name>(?:[uU]&)?"(?:[^"]|"")*"?)`,
    String.raw`(?<word>${LETTER}(?:${LETTER}|[\d$])*|\d[\w.]*)`,
    '(?<symbol>[^])',
  ].join('|'),
  'uy',
);

/** Splits SQL at the semicolons that end statements. Those in a string, a body between `$$` or a comment do not. */
export function splitPostgresStatements(sql: string): PostgresStatement[] {
  const statements: PostgresStatement[] = [];
  let tokens: PostgresToken[] = [];
  const lineOf = lineCounter(sql);
  const finish = (end: number) => {
    const start = tokens[0]?.offset;
    if (start !== undefined) {
      statements.push({ sql: sql.slice(start, end), line: lineOf(start), tokens });
    }
    tokens = [];
  };
  let isInBody = false;
  for (const token of readPostgresTokens(sql)) {
    // The body of a function can also be SQL as such, between BEGIN ATOMIC and END.
    if (token.text === 'atomic' && tokens.at(-1)?.text === 'begin') isInBody = true;
    if (token.kind === 'symbol' && token.text === ';' && !(isInBody && tokens.at(-1)?.text !== 'end')) {
      finish(token.offset + 1);
      isInBody = false;
    } else tokens.push(token);
  }
  finish(sql.length);
  return statements;
}

function readPostgresTokens(sql: string): PostgresToken[] {
  const tokens: PostgresToken[] = [];
  let offset = 0;
  while (offset < sql.length) {
    TOKEN.lastIndex = offset;
    const match = TOKEN.exec(sql);
    if (!match) break; // any character is a symbol at least
    const { text, name, word, symbol, comment } = match.groups ?? {};
    if (text !== undefined) tokens.push({ kind: 'text', text, offset });
    if (name !== undefined) tokens.push({ kind: 'name', text: unquote(name), offset });
    if (word !== undefined) tokens.push({ kind: 'word', text: word.toLowerCase(), offset });
    if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol, offset });
    offset = comment === undefined ? offset + match[0].length : endOfComment(sql, offset);
  }
  return tokens;
}

/** Comments are nested in PostgreSQL. */
function endOfComment(sql: string, start: number): number {
  let depth = 0;
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  for (let mark = marks.exec(sql); mark; mark = marks.exec(sql)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return sql.length;
}

function unquote(name: string): string {
  return name
    .replace(/^[uU]&/, '')
    .replaceAll(/^"|"$/g, '')
    .replaceAll('""', '"');
}
