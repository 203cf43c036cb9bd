import { normalSql, type SqlToken } from './sql-tokens.ts';

/** A pair of parentheses and what is between them. */
interface SqlGroup {
  readonly kind: 'group';
  readonly text: string;
  readonly inner: readonly SqlToken[];
}

/** What stands outside all parentheses: tokens, and each pair of parentheses as one. */
export type SqlItem = SqlToken | SqlGroup;

/** Folds each outermost pair of parentheses into one item. */
export function foldParentheses(tokens: readonly SqlToken[]): SqlItem[] {
  const items: SqlItem[] = [];
  let depth = 0;
  let opened = 0;
  for (const [index, token] of tokens.entries()) {
    const change = depthChange(token);
    if (change === 1 && depth === 0) opened = index;
    if (change === 0 && depth === 0) items.push(token);
    depth += change;
    if (change === -1 && depth === 0) items.push(groupOf(tokens.slice(opened, index + 1)));
  }
  return items;
}

/** The parts between the commas that stand outside all parentheses. */
export function splitAtCommas(items: readonly SqlItem[]): SqlItem[][] {
  const parts: SqlItem[][] = [[]];
  for (const item of items) {
    if (item.kind === 'symbol' && item.text === ',') parts.push([]);
    else parts.at(-1)?.push(item);
  }
  return parts;
}

/** Whether an item is a bare word; a quoted name never is. */
export function isWord(item: SqlItem | undefined, ...words: readonly string[]): boolean {
  return item?.kind === 'word' && words.includes(item.text);
}

/** The items within a group; none for anything else. */
export function unfold(item: SqlItem | undefined): SqlItem[] {
  return item?.kind === 'group' ? foldParentheses(item.inner) : [];
}

function groupOf(tokens: readonly SqlToken[]): SqlGroup {
  return { kind: 'group', text: normalSql(tokens), inner: tokens.slice(1, -1) };
}

function depthChange(token: SqlToken): -1 | 0 | 1 {
  if (token.kind !== 'symbol') return 0;
  if (token.text === '(') return 1;
  return token.text === ')' ? -1 : 0;
}
