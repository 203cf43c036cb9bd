import { join } from 'node:path';
import { openDatabase, type Work, type Writer } from '@iron/db';
import { cloneDatabase } from '@iron/test-postgres';
import { expect } from 'vitest';
import { type Ended, openTerminal, readDocument, type Terminal } from './iron-process.fixture.ts';

/** A terminal whose environment names an empty database of a server. */
export interface ServerTerminal extends AsyncDisposable {
  readonly terminal: Terminal;
  /** With the password. */
  readonly url: string;
  readonly password: string;
  /** What the database is called where it is shown. */
  readonly name: string;
  /** The folder of its backups. */
  readonly backups: string;
  /** Types `iron db` and these words, in this process. Whatever comes of it, the password is not shown. */
  readonly db: (words: string, env?: NodeJS.ProcessEnv) => Promise<Ended>;
  /** The same with `--json`, as its document. */
  readonly json: (words: string, env?: NodeJS.ProcessEnv) => Promise<Record<string, unknown>>;
  /** The same as {@link db} in a process of its own. */
  readonly start: (...words: string[]) => Ended;
  /** Somebody else changes something. */
  readonly change: (work: (tx: Writer) => Work<unknown>) => Promise<void>;
}

export async function openServerTerminal(): Promise<ServerTerminal> {
  const terminal = openTerminal();
  const clone = await cloneDatabase({ key: 'empty', build: async () => {} });
  const shown = new URL(clone.url);
  const { password } = shown;
  shown.password = '';
  const secretive = (ended: Ended): Ended => {
    expect(`${ended.stdout}${ended.stderr}`).not.toContain(password);
    return ended;
  };
  const variables = { DATABASE_URL: clone.url };
  const db = async (words: string, env: NodeJS.ProcessEnv = {}) =>
    secretive(await terminal.hereWith({ env: { ...variables, ...env } }, 'db', ...words.split(' ')));
  return {
    terminal,
    url: clone.url,
    password,
    name: shown.href,
    backups: join(terminal.folder, 'backups'),
    db,
    json: async (words, env) => readDocument(await db(`${words} --json`, env)),
    start: (...words) => secretive(terminal.ironWith(variables, 'db', ...words)),
    change: async (work) => {
      await using database = await openDatabase(clone.url);
      await database.write(work);
    },
    async [Symbol.asyncDispose]() {
      terminal[Symbol.dispose]();
      await clone.drop();
    },
  };
}
