import { openDatabase } from '@iron/db';
import { startPostgres } from '@iron/test-postgres';
import { openTerminal, type Terminal } from '../iron-process.fixture.ts';
import { type Findings, findingsOf } from './patient.fixture.ts';

/** A seeded database with a backup on a server of its own, with which nothing is wrong. */
export interface PatientOnServer extends AsyncDisposable {
  readonly terminal: Terminal;
  readonly url: string;
  /** A copy without a backup, changed by somebody who may do anything there. */
  copy(...statements: readonly string[]): Promise<string>;
  /** What doctor has against a database, but for the backups that a copy has none of: checks and their problems. */
  findings(url: string, world?: { env?: NodeJS.ProcessEnv }): Promise<Findings>;
}

/** As whoever runs a server for others sets it: the servers of other tests forget in a crash what they may forget. */
const SETTINGS = { fsync: 'on', full_page_writes: 'on' };

export async function openPatientOnServer(): Promise<PatientOnServer> {
  const terminal = openTerminal();
  const server = await startPostgres({ settings: SETTINGS });
  const named = (database: string) => Object.assign(new URL(server.url), { pathname: `/${database}` }).href;
  const url = named('sound');
  await terminal.here('db', 'reset-seed', url);
  await terminal.here('db', 'backup', url);
  let copies = 0;
  return {
    terminal,
    url,
    async copy(...statements) {
      copies += 1;
      const name = `copy${copies}`;
      await execute(server.url, [`CREATE DATABASE ${name} TEMPLATE sound`]);
      await execute(named(name), statements);
      return named(name);
    },
    async findings(of, world) {
      const found = await findingsOf(terminal, of, world);
      return found.filter(({ check }) => of === url || check !== 'backups');
    },
    async [Symbol.asyncDispose]() {
      terminal[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function execute(url: string, statements: readonly string[]): Promise<void> {
  await using database = await openDatabase(url, { maxConnections: 1 });
  for (const statement of statements) await database.reader.statement(statement).run();
}
