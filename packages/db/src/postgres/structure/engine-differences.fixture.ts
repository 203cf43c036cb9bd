/**
 * Everything in which the two engines' schemas differ, and why. What is not named here has to be the same word for word,
 * as far as both engines have the same words; what is named and is not there any more is found as well.
 */

export { TYPES } from './column-types.ts';

/** One way to write a check. */
export interface CheckWords {
  readonly why: string;
  readonly sqlite: RegExp;
  readonly postgres: string;
}

/** Checks as SQLite's structure spells them, and the same in the words of PostgreSQL. */
export const CHECK_WORDS: readonly CheckWords[] = [
  {
    why: 'GLOB is of SQLite alone',
    sqlite: /^length \((\w+)\) = 64 and \1 not glob '\*\[\^0-9a-f\]\*'$/,
    postgres: "length($1) = 64 AND $1 !~ '[^0-9a-f]'",
  },
  { why: 'GLOB is of SQLite alone', sqlite: /^(\w+) glob '\$argon2id\$\*'$/, postgres: "$1 LIKE '$$argon2id$$%'" },
  {
    why: 'text that is not JSON cannot be cast, which refuses it as well; IS JSON came with PostgreSQL 16',
    sqlite: /^json_valid \((\w+)\) and json_type \(\1\) = 'array'$/,
    postgres: "json_typeof($1::json) = 'array'",
  },
  {
    why: 'as above, where NULL is allowed',
    sqlite: /^json_valid \((\w+)\)$/,
    postgres: '$1 IS NULL OR $1::json IS NOT NULL',
  },
  {
    why: 'both count bytes',
    sqlite: /^length \(cast \((\w+) as blob\)\) <= (\d+)$/,
    postgres: 'octet_length($1) <= $2',
  },
];

/** Text cannot hold NUL in PostgreSQL, so that the checks that refuse it have no counterpart. */
export const CHECK_WITHOUT_COUNTERPART = /^instr \(.*, char \(0\)\) = 0$/;

/** The logs give their ids themselves, by a trigger: an identity leaves gaps, which a chain must not have. */
export const WITHOUT_IDENTITY: readonly string[] = ['audit_log', 'user_audit_log'];

/** SQLite puts NULL first, and queries ask for that order. */
export const NULLS_FIRST: readonly string[] = [
  'idx_ai_provider_keys_provider: last_used_at',
  'idx_users_last_login: last_login',
];

/** Triggers that SQLite has no need of: it cannot TRUNCATE, and knows the last id without one. */
export const TRIGGERS_OF_POSTGRES: readonly string[] = [
  'api_tokens: api_tokens_refuses_truncate',
  'audit_log: audit_log_gives_id',
  'audit_log: audit_log_refuses_truncate',
  'user_audit_log: user_audit_log_gives_id',
  'user_audit_log: user_audit_log_refuses_truncate',
];
