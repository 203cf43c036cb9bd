import { type IronDatabase, openForService } from '@iron/db';
import { isIronError } from '@iron/errors';
import { DrainingError } from '../http/http-errors.ts';
import { jsonAnswer, type WebPage } from '../http/web-page.ts';
import { inTime } from './in-time.ts';
import { NotReadyError } from './server-errors.ts';

export interface HealthOptions {
  readonly database: IronDatabase;
  readonly isDraining: () => boolean;
}

/** `/healthz`: the process answers; `/readyz`: it can do its work. For whoever starts, watches and balances servers. */
export function healthPages(options: HealthOptions): WebPage[] {
  const requireReady = readiness(options);
  return [
    { path: '/healthz', answer: (headers) => jsonAnswer({ status: 'alive' }, headers) },
    {
      path: '/readyz',
      async answer(headers) {
        await requireReady();
        return jsonAnswer({ status: 'ready' }, headers);
      },
    },
  ];
}

/**
 * Makes the check: the database answers, its schema is the right one, and the server does not end. The schema is
 * compared as a whole when it has changed, where the database counts its changes, and else once.
 *
 * @throws {DrainingError | NotReadyError}
 */
function readiness({ database, isDraining }: HealthOptions): () => Promise<void> {
  const ask = askOnceATime(database);
  return async () => {
    if (isDraining()) throw new DrainingError();
    await attempt('its database does not answer', async () => await inTime(ask()));
    await attempt('the schema of its database is not that of this version', async () => await openForService(database));
  };
}

/** However often it is asked whether the database answers, one question at a time is on its way. */
function askOnceATime({ reader }: IronDatabase): () => Promise<unknown> {
  let asked: Promise<unknown> | undefined;
  const ask = async () => await reader.statement('SELECT 1 AS answer').get();
  return async () => await (asked ??= ask().finally(() => (asked = undefined)));
}

/** Whoever asks need not show a token, so nothing is said of why. */
async function attempt(failure: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw new NotReadyError(isIronError(cause) ? `${failure} (${cause.code})` : failure, cause);
  }
}
