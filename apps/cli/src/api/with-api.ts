import type { api } from '@iron/server';
import { z } from 'zod';
import type { CommandContext } from '../context.ts';
import { databaseFlag } from '../database/database-flag.ts';
import type { TypedFlags } from '../grammar/typed-flags.ts';
import { InvalidValueError } from '../usage-errors.ts';
import { ApiClient, remoteRequests } from './api-client.ts';
import { ServerTokenMissingError } from './api-errors.ts';

/** The flags of every command that the API can carry out. */
export const apiFlags = {
  ...databaseFlag,
  server: z
    .string()
    .optional()
    .meta({ value: '<url>', description: 'A server to ask instead of a database; else IRON_SERVER' }),
  token: z
    .string()
    .optional()
    .meta({ value: '<token>', description: 'The token to show to the server; better in IRON_TOKEN' }),
};

/** A way to call the API, and what there is to call. */
export interface OpenApi {
  readonly client: ApiClient;
  /** The operations by their names. */
  readonly api: typeof api;
}

/**
 * Runs `work` with the API: that of a server where one is named, or else one inside this process, over the database
 * itself, for which whoever can open the file may do everything.
 */
export async function withApi<Result>(
  words: TypedFlags<typeof apiFlags>,
  context: CommandContext,
  work: (opened: OpenApi) => Promise<Result>,
): Promise<Result> {
  const server = words.server ?? (words.database === undefined ? context.env['IRON_SERVER'] : undefined);
  // The commands that need nothing of it start without it.
  const operations = (await import('@iron/server')).api;
  if (server === undefined) {
    if (words.token !== undefined) throw new InvalidValueError('--token', 'is for a server, and none is named');
    const { withLocalApi } = await import('./local-api.ts');
    return await withLocalApi(words, context, async (client) => work({ client, api: operations }));
  }
  if (words.database !== undefined) throw new InvalidValueError('--server', 'was given together with --database');
  const token = words.token ?? context.env['IRON_TOKEN'];
  if (token === undefined) throw new ServerTokenMissingError();
  return await work({ client: new ApiClient(remoteRequests(serverUrl(server), token)), api: operations });
}

function serverUrl(text: string): URL {
  const url = URL.parse(text);
  const isFit = url && ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.pathname === '/';
  if (!isFit) throw new InvalidValueError('--server', 'must be an address such as http://127.0.0.1:3000');
  return url;
}
