import type {
  CheckStructure,
  ColumnStructure,
  DatabaseStructure,
  ForeignKeyStructure,
  IndexStructure,
  TableStructure,
  TriggerStructure,
} from './database-structure.ts';

/** What can be said of a part in one word; a boolean says whether the fact's name applies. */
export type Fact = string | number | boolean | null;

/** A structure in the words in which differences are told: what a part is called, what is true of it, what is in it. */
export interface Part {
  readonly name: string;
  readonly facts: Readonly<Record<string, Fact>>;
  readonly parts: readonly Part[];
  /** The names of those parts whose order means something. */
  readonly order?: readonly string[];
}

/** The same structure, told part by part. */
export function describeStructure({ tables, views }: DatabaseStructure): Part[] {
  return [
    ...tables.map(describeTable),
    ...views.map(({ name, sql, triggers }) => part(`view ${name}`, { text: sql }, triggers.map(describeTrigger))),
  ];
}

function describeTable(table: TableStructure): Part {
  const columns = table.columns.map(describeColumn);
  const facts = { STRICT: table.strict, 'WITHOUT ROWID': table.withoutRowid };
  const described = part(`table ${table.name}`, facts, [
    ...columns,
    ...table.foreignKeys.map(describeForeignKey),
    ...table.indexes.map(describeIndex),
    ...table.checks.map(describeCheck),
    ...table.triggers.map(describeTrigger),
    ...table.clauses.map((clause) => part(`clause ${clause}`)),
  ]);
  return { ...described, order: columns.map(({ name }) => name) };
}

function describeColumn(column: ColumnStructure): Part {
  return part(`column ${column.name}`, {
    type: column.type,
    nullable: column.nullable,
    default: column.default,
    'place in the primary key': column.primaryKey,
    collation: column.collation,
    'generated value': column.generated,
  });
}

function describeForeignKey(key: ForeignKeyStructure): Part {
  const name = `foreign key (${key.columns.join(', ')}) to ${key.table} (${key.references.join(', ')})`;
  return part(name, { 'ON UPDATE': key.onUpdate, 'ON DELETE': key.onDelete });
}

function describeIndex(index: IndexStructure): Part {
  const columns = index.columns
    .map((column) => `${column.expression} ${column.collation}${column.descending ? ' DESC' : ''}`)
    .join(', ');
  if (index.name === null) return part(`${index.origin.toUpperCase()} (${columns})`);
  return part(`index ${index.name}`, { unique: index.unique, key: columns, condition: index.where });
}

function describeCheck({ name, expression }: CheckStructure): Part {
  return part(`${name === null ? '' : `constraint ${name}: `}CHECK (${expression})`);
}

function describeTrigger({ name, sql }: TriggerStructure): Part {
  return part(`trigger ${name}`, { text: sql });
}

function part(name: string, facts: Part['facts'] = {}, parts: readonly Part[] = []): Part {
  return { name, facts, parts };
}
