import type { SqliteDatabase } from '@iron/db';

/** How much of a database's file is in use: without the pages that are free for what comes next. */
export function usedBytes(connection: SqliteDatabase['connection']): number {
  const [pages = 0, free = 0, size = 0] = ['page_count', 'freelist_count', 'page_size'].map((what) =>
    Number(connection.pragma(what, { simple: true })),
  );
  return (pages - free) * size;
}
