import { type SqlToken, readSqlTokens } from '../structure/sql-tokens.ts';
import { lineCounter } from './line-counter.ts';

/** One statement of a migration file. */
export interface Statement {
  readonly sql: string;
  /** Where it begins in the file, counted from 1. */
  readonly line: number;
  readonly tokens: readonly SqlToken[];
}

/** Splits SQL at the semicolons that end statements; those inside a trigger's BEGIN … END do not. */
export function splitStatements(sql: string): Statement[] {
  const statements: Statement[] = [];
  let tokens: SqlToken[] = [];
  const lineOf = lineCounter(sql);
  const finish = (end: number) => {
    const start = tokens[0]?.offset;
    if (start !== undefined) {
      statements.push({ sql: sql.slice(start, end), line: lineOf(start), tokens });
    }
    tokens = [];
  };
  for (const token of readSqlTokens(sql)) {
    if (token.text === ';' && !isInsideTrigger(tokens)) finish(token.offset + 1);
    else tokens.push(token);
  }
  finish(sql.length);
  return statements;
}

/** As SQLite itself tells: a trigger ends with `; END ;`, whatever CASE … END and names such as `end` are in it. */
function isInsideTrigger(statement: readonly SqlToken[]): boolean {
  const beginning = statement
    .slice(0, 3)
    .map(({ text }) => text)
    .join(' ');
  if (!/^create (temp |temporary )?trigger\b/.test(beginning)) return false;
  return !(statement.at(-1)?.text === 'end' && statement.at(-2)?.text === ';');
}
