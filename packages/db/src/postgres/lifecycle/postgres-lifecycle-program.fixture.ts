import { createInterface } from 'node:readline';
import { parsePostgresUrl } from '../../connection/parse-postgres-url.ts';
import { backupPostgresDatabase } from '../backup/backup-postgres-database.ts';
import { killAtMoment, type Progress } from './kill-at-moment.fixture.ts';
import { migratePostgresDatabase } from './migrate-postgres-database.ts';
import { resetPostgresDatabase } from './reset-postgres-database.ts';
import { restorePostgresDatabase } from './restore-postgres-database.ts';

/** The commands on a whole database of a server, to be run by a process of their own, which can be limited or killed. */
const COMMANDS = {
  backup: backupPostgresDatabase,
  migrate: async (about: About) => migratePostgresDatabase({ ...about, environment: 'development' }),
  reset: async (about: About) => resetPostgresDatabase({ ...about, seed: true, environment: 'development' }),
  restore: async (about: About) => restorePostgresDatabase({ ...about, from: 'last', environment: 'development' }),
} as const;

type About = Parameters<typeof backupPostgresDatabase>[0];

export type PostgresLifecycleCommand = keyof typeof COMMANDS;

function isCommand(name: string | undefined): name is PostgresLifecycleCommand {
  return name !== undefined && Object.hasOwn(COMMANDS, name);
}

/**
 * `postgres-lifecycle-program <command> [moment]`: begins when it is told the URL and the folder, with a tab between, so that
 * the modules are loaded by then. Kills itself at the moment; else prints how many steps and commits there were.
 */
const [, , command, moment] = process.argv;
if (isCommand(command)) {
  const progress = killAtMoment(moment);
  process.stdout.write('ready\n');
  for await (const line of createInterface({ input: process.stdin })) {
    const [url = '', folder] = line.split('\t');
    await run(command, { location: parsePostgresUrl(url, process.cwd(), {}), folder }, progress);
    break;
  }
  process.stdin.destroy(); // or an input that stays open would keep the process alive
}

async function run(name: PostgresLifecycleCommand, about: About, progress: Progress): Promise<void> {
  try {
    await COMMANDS[name](about);
    process.stdout.write(`done ${progress.steps} ${progress.commits}\n`);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    process.stdout.write(`${String(error.code)}\n${error.message}\n`);
  }
}
