import { type IronDatabase, openDatabase } from '@iron/db';
import { type TestDatabase, testDatabase } from '@iron/test-database';
import { TokenStorage, UserStorage } from '@iron/tokens';

/** A database for servers in processes of their own; a file is open nowhere else. */
export interface ServedDatabase extends AsyncDisposable {
  readonly url: string;
  /** Of a file, where it is. */
  readonly path: string;
  /** The token of an administrator who may do everything. */
  readonly admin: string;
  /** Opens it for as long as `work` takes. */
  open<Result>(work: (database: IronDatabase) => Result | Promise<Result>): Promise<Result>;
  /** The names of all tokens that have one, in the order in which they were made. */
  tokenNames(): Promise<string[]>;
}

export async function databaseToServe(): Promise<ServedDatabase> {
  return await served(await testDatabase({ shared: true }));
}

/** Serves a migrated database, which is closed with the result. */
export async function served(
  toServe: Pick<TestDatabase, 'database' | 'url'> & AsyncDisposable,
): Promise<ServedDatabase> {
  await using opened = new AsyncDisposableStack();
  const { url, database: given } = opened.use(toServe);
  const { path } = given;
  const users = await UserStorage.open(given);
  const tokens = await TokenStorage.open(given, { environment: 'development' });
  await users.createUser({ id: 'root', username: 'root', role: 'admin' });
  const { secret: admin } = await tokens.createToken({ userId: 'root', scopes: ['*'] });
  if (given.engine === 'sqlite') given.close();
  const open: ServedDatabase['open'] = async (work) => {
    await using database = await openDatabase(url);
    return await work(database);
  };
  const names = 'SELECT name FROM api_tokens WHERE name IS NOT NULL ORDER BY id';
  const all = opened.move();
  return {
    url,
    path,
    admin,
    open,
    tokenNames: async () =>
      await open(async ({ reader }) => {
        const rows = await reader.statement<[], { readonly name: string }>(names).all();
        return rows.map(({ name }) => name);
      }),
    [Symbol.asyncDispose]: async () => await all.disposeAsync(),
  };
}
