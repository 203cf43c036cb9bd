import type { AnySQLiteColumn, CheckBuilder } from 'drizzle-orm/sqlite-core';
import { check, sql } from '../drizzle.ts';

/** Milliseconds since the epoch; a time in seconds is refused. NULL passes, here and in every other check. */
export function inMilliseconds(...columns: readonly AnySQLiteColumn[]): CheckBuilder[] {
  return columns.map((column) => check(`${column.name}_in_milliseconds`, sql`${column} >= 1000000000000`));
}

export function notNegative(...columns: readonly AnySQLiteColumn[]): CheckBuilder[] {
  return columns.map((column) => check(`${column.name}_not_negative`, sql`${column} >= 0`));
}

export function isBoolean(column: AnySQLiteColumn): CheckBuilder {
  return check(`${column.name}_is_boolean`, sql`${column} IN (0, 1)`);
}

export function isOneOf(column: AnySQLiteColumn, values: readonly string[]): CheckBuilder {
  return check(
    `${column.name}_is_known`,
    sql`${column} IN (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`,
  );
}

/** Length in characters. */
export function lengthBetween(column: AnySQLiteColumn, least: number, most: number): CheckBuilder {
  return check(`${column.name}_length`, sql`length(${column}) BETWEEN ${literal(least)} AND ${literal(most)}`);
}

/** Size in bytes. */
export function bytesAtMost(column: AnySQLiteColumn, most: number): CheckBuilder {
  return check(`${column.name}_bytes`, sql`length(CAST(${column} AS BLOB)) <= ${literal(most)}`);
}

/** SQLite's length() stops counting at NUL, so a text that has one would pass any check of its length. */
export function withoutNul(first: AnySQLiteColumn, ...others: readonly AnySQLiteColumn[]): CheckBuilder {
  const texts = [first, ...others].map((column) => sql`coalesce(${column}, '')`);
  const text = others.length === 0 ? sql`${first}` : sql.join(texts, sql` || `);
  return check(`${first.name}_without_nul`, sql`instr(${text}, char(0)) = 0`);
}

/** SHA-256 in lower-case hexadecimal. */
export function isSha256(column: AnySQLiteColumn): CheckBuilder {
  return check(`${column.name}_is_sha256`, sql`length(${column}) = 64 AND ${column} NOT GLOB '*[^0-9a-f]*'`);
}

export function isJson(column: AnySQLiteColumn): CheckBuilder {
  return check(`${column.name}_is_json`, sql`json_valid(${column})`);
}

export function isJsonArray(column: AnySQLiteColumn): CheckBuilder {
  return check(`${column.name}_is_array`, sql`json_valid(${column}) AND json_type(${column}) = 'array'`);
}

/** The second column may only be set when the first one is. */
export function setOnlyWith(first: AnySQLiteColumn, second: AnySQLiteColumn): CheckBuilder {
  return check(`${second.name}_only_with_${first.name}`, sql`${first} IS NOT NULL OR ${second} IS NULL`);
}

/** Both columns are NULL, or neither is. */
export function setTogether(first: AnySQLiteColumn, second: AnySQLiteColumn): CheckBuilder {
  return check(`${first.name}_with_${second.name}`, sql`(${first} IS NULL) = (${second} IS NULL)`);
}

/** A literal and not a parameter: a CHECK takes none. */
function literal(value: number) {
  return sql.raw(String(value));
}
