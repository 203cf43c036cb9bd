import { type DatabaseStatus, lifecycleOf, readPostgresServerSettings } from '@iron/db';
import type { Context } from '../context.ts';
import {
  type ChosenDatabase,
  chooseDatabase,
  type ChosenServer,
  locationOf,
  type TypedDatabase,
} from '../database/choose-database.ts';
import { UsageError } from '../usage-errors.ts';
import { checkBackups } from './check-backups.ts';
import { checkConfiguration, privateConfiguration } from './check-configuration.ts';
import { checkDatabase } from './check-database.ts';
import { checkFileModes, filesOf } from './check-file-modes.ts';
import { checkEncryption, checkServerSettings } from './check-server.ts';
import { checkNode, readVersions, type Versions } from './check-versions.ts';
import type { DoctorCheck } from './doctor-check.ts';
import { examineContent } from './examine-content.ts';
import { Examination } from './examination.ts';

/** Everything that was looked at. */
export interface Diagnosis {
  /** Undefined where not even the configuration says which it is. */
  readonly database: ChosenDatabase | undefined;
  readonly holders: DatabaseStatus['holders'];
  readonly versions: Versions;
  readonly checks: readonly DoctorCheck[];
}

type World = Pick<Context, 'cwd' | 'env' | 'now'>;

/**
 * Carries out every check there is, whatever the others find. Changes nothing.
 *
 * @param onCheck is told what comes next
 * @throws {UsageError} what was typed names no database
 */
export async function examine(typed: TypedDatabase, world: World, onCheck: (name: string) => void): Promise<Diagnosis> {
  const examination = new Examination(onCheck);
  const choose = () => chooseDatabase(typed, world);
  const database = withoutFailing(choose);
  const status = database && (await statusOf(database, world));
  const versions = await readVersions(status);
  await examination.check('configuration', () => checkConfiguration(world));
  await examination.check('versions', () => checkNode(versions));
  await examination.several('database', async () => await checkDatabase(lifecycleIn(choose(), world), world.env));
  if (database) {
    await examineContent(database, status, world, examination);
    if (database.kind === 'postgres') await examineServer(database, examination);
    await examineFiles(database, world, examination);
  }
  return { database, holders: status?.holders ?? null, versions, checks: examination.checks };
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

/** What keeps it from being read, the checks of the database say as well. */
async function statusOf(database: ChosenDatabase, world: World): Promise<DatabaseStatus | undefined> {
  return await lifecycleIn(database, world)
    .status()
    .catch(() => undefined);
}

/** Where its backups are depends on where the command is typed. */
function lifecycleIn(database: ChosenDatabase, { cwd }: World): ReturnType<typeof lifecycleOf> {
  return lifecycleOf(locationOf(database), { folder: cwd });
}

/** What the database rests on and is not in it. */
async function examineServer({ location }: ChosenServer, examination: Examination): Promise<void> {
  await examination.check('encryption', () => checkEncryption(location));
  await examination.unless(['database'], ['server_settings'], async () => {
    await examination.check('server_settings', async () =>
      checkServerSettings(await readPostgresServerSettings(location)),
    );
  });
}

/** Last, when the database is closed: while it is open, there are more files. */
async function examineFiles(database: ChosenDatabase, world: World, examination: Examination): Promise<void> {
  await examination.unless(['database'], ['file_modes', 'backups'], async () => {
    const lifecycle = lifecycleIn(database, world);
    await examination.check('file_modes', async () => {
      const configuration = privateConfiguration(world);
      return checkFileModes([
        ...(database.kind === 'file' ? filesOf(database.path) : []),
        ...(await lifecycle.backups()).map(({ path }) => path),
        ...(configuration === null ? [] : [configuration]),
      ]);
    });
    await examination.check('backups', async () => checkBackups(await lifecycle.backups(), world.now()));
  });
}
