import type { DatabaseLifecycle, TableSummary } from '@iron/db';
import { z } from 'zod';
import { databaseFlags } from '../../database/on-database.ts';
import { onLifecycle } from '../../database/on-lifecycle.ts';
import { DONE } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { wholeNumber } from '../../grammar/whole-number.ts';
import type { RowsDocument, TablesDocument } from '../../json-documents.ts';
import type { Paint } from '../../output/paint.ts';
import { pairs, table } from '../../output/table.ts';
import { showCount } from '../../output/units.ts';
import { visibleText } from '../../output/visible-text.ts';
import { MissingArgumentError } from '../../usage-errors.ts';

const SHOWN_BY_DEFAULT = 20;

export const inspect = defineCommand({
  name: 'inspect',
  summary: 'Show the tables, or the rows of one with secrets masked',
  arguments: {
    table: z.string().optional().meta({ description: 'The table whose rows are shown. Without it: all tables' }),
  },
  flags: {
    ...databaseFlags,
    limit: wholeNumber(1)
      .optional()
      .meta({ value: '<count>', description: `How many rows of the table to show. Default: ${SHOWN_BY_DEFAULT}` }),
  },
  examples: ['db inspect', 'db inspect users', 'db inspect token_usage --limit 5 --database ./other.db'],
  run: async ({ arguments: typed, flags: { database: named, limit } }, context) => {
    if (limit !== undefined && typed.table === undefined)
      throw new MissingArgumentError('[table] with --limit', 'iron db inspect');
    return onLifecycle<RowsDocument | TablesDocument>({ database: named }, 'reads', context, async (lifecycle) => {
      if (typed.table !== undefined) return await oneTable(lifecycle, typed.table, limit ?? SHOWN_BY_DEFAULT);
      return await allTables(lifecycle);
    });
  },
});

async function allTables(lifecycle: DatabaseLifecycle): Promise<Outcome<TablesDocument>> {
  const { tables } = await lifecycle.inspect();
  const own = tables.filter(({ name }) => name.startsWith('_'));
  const ownRows = own.map(({ name, rows }) => [name, rows]);
  return {
    document: { tables },
    text: (paint) =>
      [
        ...tables.filter((summary) => !own.includes(summary)).map((summary) => summaryText(summary, paint)),
        table(["Iron's own book-keeping", 'rows'], ownRows, paint),
      ].join('\n\n'),
    exitCode: DONE,
  };
}

function summaryText({ name, rows, columns, indexes }: TableSummary, paint: Paint): string {
  const lists = [
    ['columns', columns.join(', ')],
    ['indexes', indexes.join(', ') || 'none'],
  ] as const;
  return `${paint('bold', visibleText(name))} (${showCount(rows, 'row')})\n${pairs(lists, paint)}`;
}

async function oneTable(lifecycle: DatabaseLifecycle, name: string, limit: number): Promise<Outcome<RowsDocument>> {
  const { columns, rows, total } = await lifecycle.inspectTable({ table: name, limit });
  const cells = rows.map((row) => columns.map((column) => row[column] ?? null));
  return {
    document: { table: name, total, columns, rows },
    text: (paint) => `${table(columns, cells, paint)}\n${rows.length} of ${showCount(total, 'row')}`,
    exitCode: DONE,
  };
}
