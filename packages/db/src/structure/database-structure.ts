/**
 * What a database is made of, read from what SQLite knows of it, not from the text of its statements. Plain data in a
 * fixed order: two databases with the same structure give equal objects, whatever route they took to it.
 */
export interface DatabaseStructure {
  readonly tables: readonly TableStructure[];
  readonly views: readonly ViewStructure[];
}

/** A table, with everything that hangs on it. */
export interface TableStructure {
  readonly name: string;
  readonly strict: boolean;
  readonly withoutRowid: boolean;
  readonly columns: readonly ColumnStructure[];
  readonly foreignKeys: readonly ForeignKeyStructure[];
  readonly indexes: readonly IndexStructure[];
  readonly checks: readonly CheckStructure[];
  readonly triggers: readonly TriggerStructure[];
  /** AUTOINCREMENT, ON CONFLICT and DEFERRABLE clauses, each behind the column or constraint that it stands at. */
  readonly clauses: readonly string[];
}

/** A column. Texts of expressions are in the one spelling of `normalSql`. */
export interface ColumnStructure {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly default: string | null;
  /** Its place in the primary key, from 1; 0 when it is not part of it. */
  readonly primaryKey: number;
  readonly collation: string;
  /** The expression that a generated column is computed by, and whether it is stored. */
  readonly generated: string | null;
}

export interface ForeignKeyStructure {
  readonly columns: readonly string[];
  readonly table: string;
  readonly references: readonly string[];
  readonly onUpdate: string;
  readonly onDelete: string;
}

export interface IndexStructure {
  /** `null` for the index of a UNIQUE or PRIMARY KEY, whose name SQLite makes up. */
  readonly name: string | null;
  readonly origin: 'index' | 'unique' | 'primary key';
  readonly unique: boolean;
  readonly columns: readonly IndexedColumn[];
  /** The condition of a partial index. */
  readonly where: string | null;
}

export interface IndexedColumn {
  /** A column's name, or an expression. */
  readonly expression: string;
  readonly collation: string;
  readonly descending: boolean;
}

export interface CheckStructure {
  readonly name: string | null;
  readonly expression: string;
}

export interface TriggerStructure {
  readonly name: string;
  readonly sql: string;
}

export interface ViewStructure {
  readonly name: string;
  readonly sql: string;
  readonly triggers: readonly TriggerStructure[];
}
