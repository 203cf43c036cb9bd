import { dropLeftDatabases, SERVER_VARIABLE } from '@iron/test-clones';
import { startPostgres } from './postgres-server.ts';

/** Of the project `postgres`, before its first test: a server of this run, unless the environment names one. */
export async function setup(): Promise<() => Promise<void>> {
  const given = process.env[SERVER_VARIABLE];
  if (given !== undefined && given !== '') {
    await dropLeftDatabases(given);
    return async () => {};
  }
  const server = await startPostgres();
  process.env[SERVER_VARIABLE] = server.url;
  return async () => {
    delete process.env[SERVER_VARIABLE];
    await server[Symbol.asyncDispose]();
  };
}
