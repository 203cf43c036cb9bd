import type { Environment } from '../connection/environment.ts';
import type { FileHolder } from '../connection/file-holders.ts';
import type { Reader } from '../work/queries.ts';
import type { CopiedTable } from './copied-tables.ts';
import type { KeyRange, Sql, Value } from './table-statements.ts';

/** What a range of rows is, without the rows. */
export interface RangeDigest {
  readonly rows: number;
  /** SHA-256 of the rows as texts, in the order of their key. */
  readonly hash: string;
}

/** One connection to an end of a copy. Statements run one after another, in whichever transaction is open. */
export interface CopyEnd extends AsyncDisposable {
  readonly engine: 'sqlite' | 'postgres';
  /** The path, or the URL without its password. */
  readonly name: string;
  query(sql: Sql): Promise<Value[][]>;
  /** Carries out statements without parameters. */
  execute(statements: string): Promise<void>;
  digest(table: CopiedTable, range: KeyRange): Promise<RangeDigest>;
  /** Adds rows, all of them or none. */
  insert(table: CopiedTable, rows: readonly (readonly Value[])[]): Promise<void>;
  close(): Promise<void>;
}

/** The end that is read. */
export interface CopySource extends CopyEnd {
  /** Reads are of one moment until {@link release}, while others go on writing. */
  freeze(): Promise<void>;
  /** Nobody else writes until {@link release}. */
  lock(): Promise<void>;
  release(): Promise<void>;
  /** Who else has it open; `null` where the system does not tell. */
  users(): Promise<readonly FileHolder[] | null>;
}

/** The end that is written, which nobody else does meanwhile. */
export interface CopyTarget extends CopyEnd {
  readonly reader: Reader;
  /** The names of all tables and views that are there. */
  objects(): Promise<string[]>;
  /** Brings an empty database to the newest schema. */
  migrate(options: { readonly environment: Environment; readonly now: () => number }): Promise<void>;
  /** Switches off what reacts to new rows, as part of a transaction; the statements that switch it on again. */
  disarm(): Promise<string[]>;
  /** Described so that two ends of one engine can be compared. */
  structure(): Promise<string>;
  /** What is wrong with the finished database, as part of the transaction that finishes it. */
  findProblems(structure: string): Promise<string[]>;
  /** What is left when all rows are there, as part of that transaction. */
  settle(isProduction: boolean): Promise<void>;
  /** Runs statements that are there together or not at all, and on the disk. */
  together<T>(work: () => Promise<T>): Promise<T>;
  /** After the end: what makes the first queries fast. */
  tune(): Promise<void>;
}
