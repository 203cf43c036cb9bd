import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteDatabase, type SqliteDatabase } from '@iron/db';
import { expect } from 'vitest';
import { z } from 'zod';
import { openTerminal, readDocument, type Terminal } from '../iron-process.fixture.ts';

/** What `iron doctor --json` prints. */
const answer = z.object({
  passed: z.boolean(),
  checks: z.array(
    z.strictObject({
      check: z.string(),
      verdict: z.string(),
      problems: z.array(z.string()),
      hint: z.string().nullable(),
    }),
  ),
});

/** What doctor has against a database. */
export type Findings = z.output<typeof answer>['checks'];

/** A seeded database with a backup, with which nothing is wrong; and copies of it, with which something is. */
export interface Patient extends Disposable {
  readonly terminal: Terminal;
  readonly path: string;
  /** A copy, its backup beside it, changed by somebody who can write to the file. */
  copy(change?: (database: SqliteDatabase) => unknown): Promise<string>;
  findings(path: string, world?: { env?: NodeJS.ProcessEnv; now?: number }): Promise<Findings>;
}

/** What doctor has against the database of that name. */
export async function findingsOf(
  terminal: Terminal,
  database: string,
  { env = {}, now = Date.now() }: { env?: NodeJS.ProcessEnv; now?: number } = {},
): Promise<Findings> {
  const options = { env, now: () => now, program: ['iron'] };
  const ended = await terminal.hereWith(options, 'doctor', '--database', database, '--json');
  const { passed, checks } = answer.parse(readDocument(ended));
  expect(ended).toMatchObject({ exitCode: passed ? 0 : 1, stderr: '' });
  return checks.filter(({ verdict }) => verdict !== 'passed');
}

export async function openPatient(): Promise<Patient> {
  const terminal = openTerminal();
  const folder = join(terminal.folder, 'sound');
  const path = join(folder, 'tokens.db');
  mkdirSync(folder);
  await terminal.here('db', 'reset-seed', path);
  await terminal.here('db', 'backup', path);
  let copies = 0;
  return {
    terminal,
    path,
    async copy(change = () => undefined) {
      copies += 1;
      const folderOfCopy = join(terminal.folder, `copy${copies}`);
      cpSync(folder, folderOfCopy, { recursive: true });
      const copied = join(folderOfCopy, 'tokens.db');
      using database = await openSqliteDatabase({ kind: 'file', path: copied, mode: 'rw' });
      await change(database);
      return copied;
    },
    findings: async (of, world) => await findingsOf(terminal, of, world),
    [Symbol.dispose]: () => terminal[Symbol.dispose](),
  };
}
