import { userInfo } from 'node:os';
import { readEnvironment } from '@iron/db';
import { createApi, openServices, operatorAuthentication } from '@iron/server';
import { readMasterKey } from '@iron/tokens';
import type { CommandContext } from '../context.ts';
import { chooseDatabase, type TypedDatabase } from '../database/choose-database.ts';
import { DatabaseCommandError } from '../database/database-command-error.ts';
import { openChosen } from '../database/open-chosen.ts';
import { ApiClient } from './api-client.ts';

/** The API inside this process, over a database that the person can open: for them it does everything. */
export async function withLocalApi<Result>(
  words: TypedDatabase,
  context: CommandContext,
  work: (api: ApiClient) => Promise<Result>,
): Promise<Result> {
  const chosen = chooseDatabase(words, context);
  try {
    await using database = await openChosen(chosen);
    await using services = await openServices(database, {
      environment: readEnvironment(context.env),
      now: context.now,
      masterKey: readMasterKey(context.env),
    });
    // Whoever has the database is told what failed itself, which says more than a server would.
    let failure: unknown;
    const api = createApi({
      services,
      authenticate: operatorAuthentication(userInfo().username),
      onFailure: ({ error }) => (failure = error),
      onAnswered: ({ error }) => (failure ??= error),
    });
    return await work(
      new ApiClient(async (path, request) => {
        const response = await api.request(path, request);
        if (failure === undefined || isRefusal(response)) return response;
        throw failure instanceof Error ? failure : new Error('failed', { cause: failure });
      }),
    );
  } catch (error) {
    throw new DatabaseCommandError(chosen, error);
  }
}

/** What was asked for cannot be done: the answer says all there is to say. */
function isRefusal({ status }: Response): boolean {
  return status >= 400 && status < 500;
}
