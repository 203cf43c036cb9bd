import { isGuardTable } from '../../migrations/guard-table.ts';
import { compareStructures, type StructureDifference } from '../../structure/compare-structures.ts';
import type { DatabaseStructure, IndexStructure, TableStructure } from '../../structure/database-structure.ts';
import { typedStructure } from '../../verify/typed-structure.ts';
import { TYPES } from '../structure/column-types.ts';
import { asDatabaseStructure } from '../structure/compare-postgres-structures.ts';
import type { PostgresQuery } from '../postgres-query.ts';
import { omitPostgresTables, readPostgresStructure } from '../structure/read-postgres-structure.ts';

/**
 * In what a database of a server differs from the typed schema, as far as both say it in the same words: tables, columns,
 * types, defaults, keys, foreign keys and indexes. Expressions, as in a CHECK or the condition of an index, each engine
 * spells in its own way; those are compared with the migrations.
 */
export async function compareWithTypedPostgres(query: PostgresQuery): Promise<StructureDifference[]> {
  const actual = asDatabaseStructure(omitPostgresTables(await readPostgresStructure(query), isGuardTable));
  return compareStructures(
    inCommonWords(typedStructure(), ({ type }) => TYPES.get(type) ?? type),
    inCommonWords(actual, ({ type }) => type),
  );
}

type TypeOf = (column: TableStructure['columns'][number]) => string;

function inCommonWords({ tables }: DatabaseStructure, typeOf: TypeOf): DatabaseStructure {
  return {
    views: [],
    tables: tables.map((table) => ({
      name: table.name,
      strict: true,
      withoutRowid: false,
      columns: table.columns.map((column) => ({
        ...column,
        type: typeOf(column),
        default: column.default?.replace(/::[a-z ]+$/, '') ?? null,
        collation: '',
        generated: null,
      })),
      foreignKeys: table.foreignKeys,
      indexes: table.indexes.filter(({ origin }) => origin !== 'primary key').map(indexInCommonWords),
      checks: [],
      triggers: [],
      clauses: table.clauses.filter((clause) => /^(?:rule|row security|policy) ?/.test(clause)), // never of Iron's
    })),
  };
}

/** A UNIQUE that does not mind case is an index of what lower() gives, named as that of a UNIQUE. */
function indexInCommonWords(index: IndexStructure): IndexStructure {
  const isOfUnique = index.unique && (index.name === null || /^(?!idx_).*_key$/.test(index.name));
  return {
    name: isOfUnique ? null : index.name,
    origin: isOfUnique ? 'unique' : 'index',
    unique: index.unique,
    columns: index.columns.map(({ expression }) => ({
      expression: keyInCommonWords(expression),
      collation: 'C',
      descending: false,
    })),
    where: index.where === null ? null : 'a condition',
  };
}

function keyInCommonWords(expression: string): string {
  const column = /^(?:lower\()?"?(\w+)"?\)?$/.exec(expression)?.[1];
  return column ?? 'an expression';
}
