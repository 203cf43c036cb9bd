import {
  databaseStatus,
  DatabaseNotWritableError,
  findMisplacedCredentials,
  type IronDatabase,
  isOfProduction,
  openForService,
  openSqliteDatabase,
  type SqliteDatabase,
} from '@iron/db';
import type { Context } from '../context.ts';
import type { ChosenFile, ChosenServer } from '../database/choose-database.ts';
import { openChosen } from '../database/open-chosen.ts';
import { checkAudit } from './check-audit.ts';
import { checkCredentials } from './check-credentials.ts';
import { checkEnvironment } from './check-environment.ts';
import { checkHeld, checkUnsweptHolds } from './check-limits.ts';
import { checkProviderKeys } from './check-provider-keys.ts';
import { checkPrices, checkTotals } from './check-usage.ts';
import { type DoctorCheck, type Findings, NOTHING_FOUND, skipped } from './doctor-check.ts';
import type { Examination } from './examination.ts';
import { knownEnvironment } from './known-environment.ts';

type World = Pick<Context, 'env' | 'now'>;

/** The checks that need the tables to be those of this Iron. */
const OF_TABLES: Readonly<Record<string, (database: IronDatabase, world: World) => Promise<Findings>>> = {
  totals: checkTotals,
  prices: checkPrices,
  held: checkHeld,
  expired_holds: async (database, { now }) => await checkUnsweptHolds(database, now),
  provider_keys: async (database, { env }) => await checkProviderKeys(database, env),
};

const LOGS = ['audit_log', 'user_audit_log'] as const;

/** What is in a file that can be read. */
export async function examineContent(chosen: ChosenFile, world: World, examination: Examination): Promise<void> {
  await using opened = new AsyncDisposableStack();
  let database: SqliteDatabase | undefined;
  const open = async () => (database ??= opened.use(await openToRead(chosen)));
  await examination.unless(['database', 'integrity'], ['environment', ...LOGS], async () => {
    await examination.check('environment', () => {
      const { identity } = databaseStatus(chosen.path);
      return checkEnvironment(identity?.environment === 'production', world.env);
    });
    await examination.several('audit_log', async () => await auditChecks(await open()));
  });
  await examination.unless(['database', 'integrity', 'migrations'], Object.keys(OF_TABLES), async () => {
    await examineTables(open, world, examination);
  });
}

/** Whether a server can be reached, and what is in its database. There is no file to look at. */
export async function examineServer(chosen: ChosenServer, world: World, examination: Examination): Promise<void> {
  await using opened = new AsyncDisposableStack();
  let database: IronDatabase | undefined;
  const open = async () => (database ??= opened.use(await openChosen(chosen)));
  await examination.check('database', async () => {
    await open();
    return NOTHING_FOUND;
  });
  await examination.unless(['database'], ['migrations'], async () => {
    await examination.check('migrations', async () => {
      await openForService(await open()); // compares the schema
      return NOTHING_FOUND;
    });
  });
  const others = ['credentials', 'environment', ...LOGS, ...Object.keys(OF_TABLES)];
  await examination.unless(['database', 'migrations'], others, async () => {
    const there = await open();
    await examination.check('credentials', async () =>
      checkCredentials(await findMisplacedCredentials(there, knownEnvironment(world.env))),
    );
    await examination.check('environment', async () =>
      checkEnvironment(await there.read((reader) => isOfProduction(there, reader)), world.env),
    );
    await examination.several('audit_log', async () => await checkAudit(there));
    await examineTables(open, world, examination);
  });
}

async function examineTables(open: () => Promise<IronDatabase>, world: World, examination: Examination): Promise<void> {
  for (const [name, look] of Object.entries(OF_TABLES)) {
    await examination.check(name, async () => await look(await open(), world));
  }
}

const FIND_TABLE = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?";

/** The logs are older than most migrations, so that they are looked at whatever else is missing. */
async function auditChecks(database: SqliteDatabase): Promise<DoctorCheck[]> {
  const find = database.connection.prepare<[string]>(FIND_TABLE);
  const isThere = LOGS.every((name) => find.get(name) !== undefined);
  return isThere ? await checkAudit(database) : LOGS.map((name) => skipped(name, 'migrations comes first'));
}

/** Opened for reading alone, SQLite would leave files beside the database; so that is for where nothing else is allowed. */
async function openToRead({ path, mode }: ChosenFile): Promise<SqliteDatabase> {
  try {
    return await openSqliteDatabase({ kind: 'file', path, mode: mode === 'ro' ? 'ro' : 'rw' });
  } catch (error) {
    if (error instanceof DatabaseNotWritableError) return await openSqliteDatabase({ kind: 'file', path, mode: 'ro' });
    throw error;
  }
}
