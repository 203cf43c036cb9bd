import { compareStructures, type StructureDifference } from '../../structure/compare-structures.ts';
import type { DatabaseStructure, IndexStructure, TableStructure } from '../../structure/database-structure.ts';
import type { PostgresStructure } from './postgres-structure.ts';

/**
 * Every difference between two schemas, in a fixed order, in the words that are used for SQLite. The names of foreign
 * keys and of UNIQUE and PRIMARY KEY are not compared, functions only where a trigger calls them.
 */
export function comparePostgresStructures(
  expected: PostgresStructure,
  actual: PostgresStructure,
): StructureDifference[] {
  return compareStructures(asDatabaseStructure(expected), asDatabaseStructure(actual));
}

/** The same in the form that knows no engine. What SQLite has no word for becomes a clause. */
export function asDatabaseStructure(structure: PostgresStructure): DatabaseStructure {
  return {
    tables: structure.tables.map(({ name }) => tableOf(structure, name)),
    views: structure.views.map(({ name, kind, definition }) => ({
      name,
      sql: kind === 'm' ? `materialized ${definition}` : definition,
      triggers: [],
    })),
  };
}

function tableOf(structure: PostgresStructure, table: string): TableStructure {
  const here = (part: { readonly table: string }) => part.table === table;
  const indexes = structure.indexes.filter(here);
  const primaryKey = indexes.find(({ origin }) => origin === 'primary key')?.keys ?? [];
  return {
    name: table,
    strict: true,
    withoutRowid: false,
    columns: structure.columns.filter(here).map((column) => ({
      name: column.name,
      type: column.type,
      nullable: column.nullable,
      default: column.default,
      primaryKey: primaryKey.indexOf(column.name) + 1,
      collation: column.collation ?? '',
      generated: column.generated === '' ? null : column.generated,
    })),
    foreignKeys: structure.foreignKeys.filter(here).map(({ columns, references, referenced, onUpdate, onDelete }) => ({
      columns,
      table: references,
      references: referenced,
      onUpdate,
      onDelete,
    })),
    indexes: indexes.map(describeIndex),
    checks: structure.checks.filter(here).map(({ name, expression }) => ({ name, expression })),
    triggers: structure.triggers
      .filter(here)
      .map(({ name, definition, function: called }) => ({ name, sql: definition + calledText(structure, called) })),
    clauses: clausesOf(structure, table),
  };
}

function describeIndex(index: PostgresStructure['indexes'][number]): IndexStructure {
  return {
    name: index.origin === 'index' ? index.name : null,
    origin: index.origin,
    unique: index.unique,
    columns: index.keys.map((expression, place) => ({
      expression,
      collation: index.options[place] || 'ASC',
      descending: false,
    })),
    where: index.where,
  };
}

function calledText({ functions }: PostgresStructure, called: string): string {
  return functions
    .filter(({ name }) => name === called)
    .map((one) => `; ${one.language} ${one.volatility} ${one.securityDefiner} ${one.settings.join()}: ${one.body}`)
    .join('');
}

function clausesOf(structure: PostgresStructure, table: string): string[] {
  const here = (part: { readonly table: string }) => part.table === table;
  return [
    ...structure.tables.flatMap(({ name, kind, persistence, rowSecurity, forcedRowSecurity }) =>
      name === table
        ? [
            ...said(kind !== 'r', `kind ${kind}`),
            ...said(persistence !== 'p', `persistence ${persistence}`),
            ...said(rowSecurity, 'row security'),
            ...said(forcedRowSecurity, 'row security: forced'),
          ]
        : [],
    ),
    ...structure.columns
      .filter(here)
      .flatMap(({ name, identity }) => said(identity !== '', `${name}: identity ${identity}`)),
    ...structure.checks.filter(here).flatMap(({ name, enforced }) => said(!enforced, `${name}: not enforced`)),
    ...structure.foreignKeys
      .filter(here)
      .flatMap(({ columns, match, deferrable, deferred, enforced, switchedOff }) => [
        ...said(match !== 's', `${columns.join(', ')}: match ${match}`),
        ...said(deferrable, `${columns.join(', ')}: deferrable`),
        ...said(deferred, `${columns.join(', ')}: initially deferred`),
        ...said(!enforced, `${columns.join(', ')}: not enforced`),
        ...said(switchedOff, `${columns.join(', ')}: switched off`),
      ]),
    ...structure.indexes
      .filter(here)
      .flatMap(({ name, method, nullsDistinct, valid, included }) => [
        ...said(method !== 'btree', `${name}: using ${method}`),
        ...said(!nullsDistinct, `${name}: nulls not distinct`),
        ...said(!valid, `${name}: not valid`),
        ...said(included.length > 0, `${name}: includes ${included.join(', ')}`),
      ]),
    ...structure.triggers
      .filter(here)
      .flatMap(({ name, enabled }) => said(enabled !== 'O', `${name}: enabled ${enabled}`)),
    ...structure.rules
      .filter(here)
      .flatMap(({ name, definition, enabled }) => [
        `rule ${name}: ${definition}`,
        ...said(enabled !== 'O', `rule ${name}: enabled ${enabled}`),
      ]),
    ...structure.policies
      .filter(here)
      .map(({ name, permissive, command, roles, using, check }) =>
        [
          `policy ${name}: ${permissive ? 'permissive' : 'restrictive'} ${command} to ${roles.join(', ')}`,
          ...said(using !== null, `using ${using}`),
          ...said(check !== null, `check ${check}`),
        ].join(' '),
      ),
  ].toSorted();
}

function said(applies: boolean, clause: string): string[] {
  return applies ? [clause] : [];
}
