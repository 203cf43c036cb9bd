import { SCHEMA } from './iron-schema.ts';

/** How long a lock of somebody else is waited for, by whoever looks at a database or works on it as a whole. */
export const WAIT_FOR_LOCK_MS = 10_000;

/**
 * What was set for the user or the database must not end long work half-way, nor make the same values read differently on
 * two connections. Each as it comes behind `SET` or `SET LOCAL`.
 */
export const LONG_WORK_SETTINGS = [
  `search_path = ${SCHEMA}`,
  `lock_timeout = ${WAIT_FOR_LOCK_MS}`,
  'statement_timeout = 0',
  'idle_in_transaction_session_timeout = 0',
  "datestyle = 'ISO, MDY'",
  "intervalstyle = 'postgres'",
  "timezone = 'UTC'",
  "bytea_output = 'hex'",
  'extra_float_digits = 1',
] as const;
