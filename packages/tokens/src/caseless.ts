import type { IronDatabase } from '@iron/db';
import type { Column, SQL } from 'drizzle-orm';
import { sql } from '@iron/db/drizzle';

/** ASCII letters in lower case; no other letter is touched. */
export function fold(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** A column in which ASCII letters are one whatever their case, as its index has it. To be compared with {@link fold}. */
export function folded(engine: IronDatabase['engine'], column: Column): SQL {
  return engine === 'sqlite' ? sql`${column} COLLATE NOCASE` : sql`lower(${column})`;
}

/** Whether a column holds a text, whatever the case of its ASCII letters. */
export function isAlike(engine: IronDatabase['engine'], column: Column, text: string): SQL {
  return sql`${folded(engine, column)} = ${fold(text)}`;
}

/** Whether a column holds a text somewhere, whatever the case of its ASCII letters. */
export function contains(column: Column, text: string): SQL {
  const pattern = `%${fold(text).replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return sql`lower(${column}) LIKE ${pattern} ESCAPE '\\'`;
}
