import { DatabaseNotWritableError, type DatabaseStatus, hasAuditLogs, type IronDatabase } from '@iron/db';
import type { Context } from '../context.ts';
import type { ChosenDatabase } from '../database/choose-database.ts';
import { openChosen } from '../database/open-chosen.ts';
import { checkAudit } from './check-audit.ts';
import { checkEnvironment } from './check-environment.ts';
import { checkHeld, checkUnsweptHolds } from './check-limits.ts';
import { checkProviderKeys } from './check-provider-keys.ts';
import { checkPrices, checkTotals } from './check-usage.ts';
import { type DoctorCheck, type Findings, skipped } from './doctor-check.ts';
import type { Examination } from './examination.ts';

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

/** What is in a database that can be read. */
export async function examineContent(
  chosen: ChosenDatabase,
  status: DatabaseStatus | undefined,
  world: World,
  examination: Examination,
): Promise<void> {
  await using opened = new AsyncDisposableStack();
  let database: IronDatabase | undefined;
  const open = async () => (database ??= opened.use(await openToRead(chosen)));
  await examination.unless(['database', 'integrity'], ['environment', ...LOGS], async () => {
    await examination.check('environment', () =>
      checkEnvironment(status?.identity?.environment === 'production', world.env),
    );
    await examination.several('audit_log', async () => await auditChecks(await open()));
  });
  await examination.unless(['database', 'integrity', 'migrations'], Object.keys(OF_TABLES), async () => {
    await examineTables(open, world, examination);
  });
}

async function examineTables(open: () => Promise<IronDatabase>, world: World, examination: Examination): Promise<void> {
  for (const [name, look] of Object.entries(OF_TABLES)) {
    await examination.check(name, async () => await look(await open(), world));
  }
}

/** The logs are older than most migrations, so that they are looked at whatever else is missing. */
async function auditChecks(database: IronDatabase): Promise<DoctorCheck[]> {
  if (await hasAuditLogs(database.reader)) return await checkAudit(database);
  return LOGS.map((name) => skipped(name, 'migrations comes first'));
}

/** Opened for reading alone, SQLite would leave files beside the database; so that is for where nothing else is allowed. */
async function openToRead(chosen: ChosenDatabase): Promise<IronDatabase> {
  try {
    return await openChosen(chosen);
  } catch (error) {
    if (chosen.kind === 'file' && error instanceof DatabaseNotWritableError) {
      return await openChosen({ ...chosen, mode: 'ro' });
    }
    throw error;
  }
}
