import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { backupDatabase } from '../backup/backup-database.ts';
import { becomeNobody } from '../connection/become-nobody.fixture.ts';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { applySqliteMigrations } from '../migrations/apply-sqlite-migrations.ts';
import { killBeforeChange } from './kill-before-change.fixture.ts';
import { resetDatabase } from './reset-database.ts';
import { restoreDatabase } from './restore-database.ts';

/** The commands on a whole database, to be run by a process of their own, which can be limited or killed. */
const COMMANDS = {
  backup: async (path: string) => backupDatabase({ path }),
  reset: async (path: string) => resetDatabase({ path, seed: true, environment: 'development' }),
  restore: async (path: string) => restoreDatabase({ path, from: 'last', environment: 'development' }),
  migrate: async (path: string) => {
    using database = await openSqliteDatabase({ kind: 'file', path, mode: 'rw' });
    return await applySqliteMigrations(database, {});
  },
} as const;

export type LifecycleCommand = keyof typeof COMMANDS;

function isCommand(name: string | undefined): name is LifecycleCommand {
  return name !== undefined && Object.hasOwn(COMMANDS, name);
}

/** Begins when it is told the path, so that the modules are loaded by then. */
const [, , command, flag, number] = process.argv;
if (isCommand(command)) {
  if (flag === 'as-nobody') becomeNobody();
  process.stdout.write('ready\n');
  for await (const path of createInterface({ input: process.stdin })) {
    if (flag === 'kill-before') killBeforeChange(Number(number), dirname(path));
    await run(command, path);
    break;
  }
  process.stdin.destroy(); // or an input that stays open would keep the process alive
}

async function run(name: LifecycleCommand, path: string): Promise<void> {
  try {
    await COMMANDS[name](path);
    process.stdout.write('done\n');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    process.stdout.write(`${String(error.code)}\n${error.message}\n`);
  }
}
