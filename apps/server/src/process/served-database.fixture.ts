import { type IronDatabase, openSqliteDatabase } from '@iron/db';
import { createTestDb } from '@iron/testkit';
import { TokenStorage, UserStorage } from '@iron/tokens';

/** A database file for servers in processes of their own; it is open nowhere else. */
export interface ServedDatabase extends AsyncDisposable {
  readonly path: string;
  /** The token of an administrator who may do everything. */
  readonly admin: string;
  /** Opens it for as long as `work` takes. */
  open<Result>(work: (database: IronDatabase) => Result | Promise<Result>): Promise<Result>;
  /** The names of all tokens that have one, in the order in which they were made. */
  tokenNames(): Promise<string[]>;
}

export async function databaseToServe(): Promise<ServedDatabase> {
  await using opened = new AsyncDisposableStack();
  const { path, db } = opened.use(await createTestDb());
  const users = await UserStorage.open(db);
  const tokens = await TokenStorage.open(db, { environment: 'development' });
  await users.createUser({ id: 'root', username: 'root', role: 'admin' });
  const { secret: admin } = await tokens.createToken({ userId: 'root', scopes: ['*'] });
  db.close();
  const open: ServedDatabase['open'] = async (work) => {
    using database = await openSqliteDatabase({ kind: 'file', path, mode: 'rw' });
    return await work(database);
  };
  const names = 'SELECT name FROM api_tokens WHERE name IS NOT NULL ORDER BY id';
  const all = opened.move();
  return {
    path,
    admin,
    open,
    tokenNames: async () => await open(({ connection }) => connection.prepare<[], string>(names).pluck().all()),
    [Symbol.asyncDispose]: async () => await all.disposeAsync(),
  };
}
