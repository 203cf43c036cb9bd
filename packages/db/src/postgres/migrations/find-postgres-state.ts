import { isGuardTable } from '../../migrations/guard-table.ts';
import type { ExpectedStructures, FoundState } from '../../migrations/judge-state.ts';
import { SCHEMA } from '../iron-schema.ts';
import { ForeignSchemaError } from '../maintenance/present-schema-errors.ts';
import type { PlainConnection } from '../plain-connection.ts';
import { comparePostgresStructures } from '../structure/compare-postgres-structures.ts';
import type { PostgresStructure } from '../structure/postgres-structure.ts';
import { omitPostgresTables, readPostgresStructure } from '../structure/read-postgres-structure.ts';
import { readPostgresGuards } from './postgres-guards.ts';

/** What was found before it is known what the migrations build. */
export type BareState = Omit<FoundState, 'expected'> & { readonly structure: PostgresStructure };

/**
 * Reads all that a schema has of the migrations. The caller holds the transaction, and its search path leads there.
 *
 * @throws {ForeignSchemaError} the schema is another program's
 */
export async function findPostgresState(
  { query, name: database }: PlainConnection,
  schema: string = SCHEMA,
): Promise<BareState> {
  const structure = await readPostgresStructure(query, schema);
  const tables = new Set(structure.tables.map(({ name }) => name));
  requireIron(database, schema, structure);
  const [identity] = tables.has('_iron') ? await query(`SELECT EXISTS (SELECT FROM ${schema}._iron) AS "hasRow"`) : [];
  return {
    path: database,
    structure,
    tables,
    guards: await readPostgresGuards(query, schema),
    hasLostIdentity: identity?.['hasRow'] === false,
  };
}

function requireIron(path: string, schema: string, { tables, views, functions }: PostgresStructure): void {
  if (tables.some(({ name }) => name === '_iron' || isGuardTable(name))) return;
  const found = [
    ...tables.map(({ name }) => `table ${name}`),
    ...views.map(({ name }) => `view ${name}`),
    ...functions.map(({ name }) => `function ${name}`),
  ];
  if (found.length > 0) throw new ForeignSchemaError(path, found, schema);
}

/** What the migrations build, beside what is there. */
export function withExpected(found: BareState, structures: readonly PostgresStructure[] | undefined): FoundState {
  return { ...found, expected: structures && expectedOf(found.structure, structures) };
}

function expectedOf(actual: PostgresStructure, structures: readonly PostgresStructure[]): ExpectedStructures {
  const after = (count: number): PostgresStructure => {
    const structure = structures[count];
    if (!structure) throw new RangeError(`There are ${structures.length - 1} migrations, not ${count}.`);
    return structure;
  };
  return {
    tablesAfter: (count) => after(count).tables.map(({ name }) => name),
    differencesAfter: (count) => comparePostgresStructures(after(count), actual),
    differencesWithoutGuards: (count) =>
      comparePostgresStructures(
        omitPostgresTables(after(count), isGuardTable),
        omitPostgresTables(actual, isGuardTable),
      ),
  };
}
