import { DatabaseNotWritableError, type IronDatabase, openSqliteDatabase } from '@iron/db';
import type { Context } from '../context.ts';
import { type ChosenDatabase, chooseDatabase, type TypedDatabase } from '../database/choose-database.ts';
import { UsageError } from '../usage-errors.ts';
import { checkAudit } from './check-audit.ts';
import { checkBackups } from './check-backups.ts';
import { checkConfiguration, privateConfiguration } from './check-configuration.ts';
import { checkDatabase } from './check-database.ts';
import { checkEnvironment } from './check-environment.ts';
import { checkFileModes } from './check-file-modes.ts';
import { checkHeld, checkUnsweptHolds } from './check-limits.ts';
import { checkProviderKeys } from './check-provider-keys.ts';
import { checkPrices, checkTotals } from './check-usage.ts';
import { checkNode, readVersions, type Versions } from './check-versions.ts';
import { type DoctorCheck, type Findings, skipped } from './doctor-check.ts';
import { Examination } from './examination.ts';

/** Everything that was looked at. */
export interface Diagnosis {
  /** Undefined where not even the configuration says which it is. */
  readonly database: ChosenDatabase | undefined;
  readonly versions: Versions;
  readonly checks: readonly DoctorCheck[];
}

type World = Pick<Context, 'cwd' | 'env' | 'now'>;

/** The checks that need the tables to be those of this Iron. */
const OF_TABLES: Readonly<Record<string, (database: IronDatabase, world: World) => Promise<Findings>>> = {
  totals: checkTotals,
  prices: checkPrices,
  held: checkHeld,
  expired_holds: async (database, { now }) => await checkUnsweptHolds(database, now),
  provider_keys: async (database, { env }) => await checkProviderKeys(database, env),
};

const LOGS = ['audit_log', 'user_audit_log'] as const;

/**
 * Carries out every check there is, whatever the others find. Changes nothing.
 *
 * @param onCheck is told what comes next
 * @throws {UsageError} what was typed names no database file
 */
export async function examine(typed: TypedDatabase, world: World, onCheck: (name: string) => void): Promise<Diagnosis> {
  const examination = new Examination(onCheck);
  const choose = () => chooseDatabase(typed, world);
  const database = withoutFailing(choose);
  const versions = await readVersions(database?.path);
  await examination.check('configuration', () => checkConfiguration(world));
  await examination.check('versions', () => checkNode(versions));
  await examination.several('database', async () => await checkDatabase(choose().path, world.env));
  if (database) {
    await examineContent(database, world, examination);
    await examineFiles(database, world, examination);
  }
  return { database, versions, checks: examination.checks };
}

/** What keeps it from being chosen is the finding of a check; only what was typed wrongly ends the command. */
function withoutFailing(choose: () => ChosenDatabase): ChosenDatabase | undefined {
  try {
    return choose();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    return undefined;
  }
}

async function examineContent(chosen: ChosenDatabase, world: World, examination: Examination): Promise<void> {
  await using opened = new AsyncDisposableStack();
  let database: IronDatabase | undefined;
  const open = async () => (database ??= opened.use(await openToRead(chosen)));
  await examination.unless(['database', 'integrity'], ['environment', ...LOGS], async () => {
    await examination.check('environment', () => checkEnvironment(chosen.path, world.env));
    await examination.several('audit_log', async () => await auditChecks(await open()));
  });
  await examination.unless(['database', 'integrity', 'migrations'], Object.keys(OF_TABLES), async () => {
    for (const [name, look] of Object.entries(OF_TABLES)) {
      await examination.check(name, async () => await look(await open(), world));
    }
  });
}

/** The logs are older than most migrations, so that they are looked at whatever else is missing. */
async function auditChecks(database: IronDatabase): Promise<DoctorCheck[]> {
  const find = database.connection.prepare<[string]>("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
  const isThere = LOGS.every((name) => find.get(name) !== undefined);
  return isThere ? await checkAudit(database) : LOGS.map((name) => skipped(name, 'migrations comes first'));
}

/** Last, when the database is closed: while it is open, there are more files. */
async function examineFiles(chosen: ChosenDatabase, world: World, examination: Examination): Promise<void> {
  await examination.unless(['database'], ['file_modes', 'backups'], async () => {
    const files = { database: chosen.path, configuration: privateConfiguration(world) };
    await examination.check('file_modes', () => checkFileModes(files));
    await examination.check('backups', () => checkBackups(chosen.path, world.now()));
  });
}

/** Opened for reading alone, SQLite would leave files beside the database; so that is for where nothing else is allowed. */
async function openToRead({ path, mode }: ChosenDatabase): Promise<IronDatabase> {
  try {
    return await openSqliteDatabase({ kind: 'file', path, mode: mode === 'ro' ? 'ro' : 'rw' });
  } catch (error) {
    if (error instanceof DatabaseNotWritableError) return await openSqliteDatabase({ kind: 'file', path, mode: 'ro' });
    throw error;
  }
}
