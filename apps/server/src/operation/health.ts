import { type IronDatabase, requireMigrated } from '@iron/db';
import { isIronError } from '@iron/errors';
import { DrainingError } from '../http/http-errors.ts';
import { jsonAnswer, type WebPage } from '../http/web-page.ts';
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
      answer(headers) {
        requireReady();
        return jsonAnswer({ status: 'ready' }, headers);
      },
    },
  ];
}

/**
 * Makes the check: the database answers, its schema is the right one, and the server does not end. SQLite counts the
 * changes of a schema, so it is compared as a whole only when it has changed.
 *
 * @throws {DrainingError | NotReadyError}
 */
function readiness({ database, isDraining }: HealthOptions): () => void {
  const version = database.connection.prepare<[], number>('PRAGMA schema_version').pluck();
  let checked: number | undefined;
  return () => {
    if (isDraining()) throw new DrainingError();
    const current = attempt('its database does not answer', () => version.get());
    if (current === checked) return;
    attempt('the schema of its database is not that of this version', () => requireMigrated(database));
    checked = current;
  };
}

/** Whoever asks need not show a token, so nothing is said of why. */
function attempt<Result>(failure: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw new NotReadyError(isIronError(cause) ? `${failure} (${cause.code})` : failure, cause);
  }
}
