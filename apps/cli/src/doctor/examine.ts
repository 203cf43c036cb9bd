import type { Context } from '../context.ts';
import {
  type ChosenDatabase,
  type ChosenFile,
  chooseDatabase,
  type TypedDatabase,
} from '../database/choose-database.ts';
import { requireFile } from '../database/require-file.ts';
import { UsageError } from '../usage-errors.ts';
import { checkBackups } from './check-backups.ts';
import { checkConfiguration, privateConfiguration } from './check-configuration.ts';
import { checkDatabase } from './check-database.ts';
import { checkFileModes } from './check-file-modes.ts';
import { checkNode, readVersions, type Versions } from './check-versions.ts';
import type { DoctorCheck } from './doctor-check.ts';
import { examineContent, examineServer } from './examine-content.ts';
import { Examination } from './examination.ts';

/** Everything that was looked at. */
export interface Diagnosis {
  /** Undefined where not even the configuration says which it is. */
  readonly database: ChosenDatabase | undefined;
  readonly versions: Versions;
  readonly checks: readonly DoctorCheck[];
}

type World = Pick<Context, 'cwd' | 'env' | 'now'>;

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
  const versions = await readVersions(database?.kind === 'file' ? database.path : undefined);
  await examination.check('configuration', () => checkConfiguration(world));
  await examination.check('versions', () => checkNode(versions));
  if (database?.kind === 'postgres') await examineServer(database, world, examination);
  else {
    await examination.several('database', async () => await checkDatabase(requireFile(choose()).path, world.env));
    if (database) {
      await examineContent(database, world, examination);
      await examineFiles(database, world, examination);
    }
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

/** Last, when the database is closed: while it is open, there are more files. */
async function examineFiles(chosen: ChosenFile, world: World, examination: Examination): Promise<void> {
  await examination.unless(['database'], ['file_modes', 'backups'], async () => {
    const files = { database: chosen.path, configuration: privateConfiguration(world) };
    await examination.check('file_modes', () => checkFileModes(files));
    await examination.check('backups', () => checkBackups(chosen.path, world.now()));
  });
}
