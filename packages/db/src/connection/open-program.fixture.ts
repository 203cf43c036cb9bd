import { isIronError } from '@iron/errors';
import { becomeNobody } from './become-nobody.fixture.ts';
import { openSqliteDatabase } from './open-sqlite-database.ts';

/** `open-program <mode> <path>`: opens a database as nobody in particular, and prints what came of it in one line. */
const [, , wanted, path = ''] = process.argv;
becomeNobody();
const mode = (['ro', 'rw', 'rwc'] as const).find((candidate) => candidate === wanted);
if (mode) process.stdout.write(`${await attempt(mode)}\n`);

async function attempt(chosen: 'ro' | 'rw' | 'rwc'): Promise<string> {
  try {
    using database = await openSqliteDatabase({ kind: 'file', path, mode: chosen });
    return `opened ${database.path}`;
  } catch (error) {
    return isIronError(error) ? `${error.code}: ${error.message}` : String(error);
  }
}
