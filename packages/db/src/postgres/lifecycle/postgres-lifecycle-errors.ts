import { IronError } from '@iron/errors';

const MOST_NAMED = 5;

/** Another program keeps tables where Iron's belong, or would be dropped. */
export class ForeignTablesError extends IronError {
  readonly code = 'database.foreign_tables';
  constructor(database: string, tables: readonly string[], how: 'only' | 'beside') {
    const named = tables.slice(0, MOST_NAMED).join(', ');
    const rest = tables.length > MOST_NAMED ? ` and ${tables.length - MOST_NAMED} more` : '';
    const what = how === 'only' ? "holds tables, but none of Iron's" : 'holds tables that Iron did not make';
    super(`${database} ${what}: ${named}${rest}.`, {
      hint: 'Nothing was changed. Give Iron a database of its own, or move these tables to another schema.',
      details: { database, tables: tables.length },
    });
  }
}
