import { arch, availableParallelism, cpus, release, tmpdir, totalmem, type } from 'node:os';
import { openSqliteDatabase } from '@iron/db';

/** Where the figures were taken. */
export interface Machine {
  readonly system: string;
  readonly processor: string;
  readonly processors: number;
  readonly memoryMegabytes: number;
  readonly node: string;
  readonly sqlite: string;
  /** `null` where no part of the run asked a server. */
  readonly postgres: string | null;
  /** Where the databases lay: figures of a disk and of a memory file system do not compare. */
  readonly folder: string;
}

export async function describeMachine(postgres: string | null): Promise<Machine> {
  using database = await openSqliteDatabase('sqlite::memory:');
  const sqlite = String(database.connection.prepare('SELECT sqlite_version()').pluck().get());
  return {
    system: `${type()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model ?? 'unknown',
    processors: availableParallelism(),
    memoryMegabytes: Math.round(totalmem() / 1_000_000),
    node: process.versions.node,
    sqlite,
    postgres,
    folder: tmpdir(),
  };
}
