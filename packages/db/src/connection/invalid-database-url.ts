import { IronError } from '@iron/errors';
import { maskUrl } from './mask-url.ts';

export const SQLITE_FORMS =
  'Write sqlite:///./relative/file.db, sqlite:///absolute/file.db or sqlite::memory:, the first two with ?mode=ro, rw or rwc if needed';
const FORMS = `${SQLITE_FORMS}; or postgres://user@host/database.`;

/** The text is not one of the database URLs that Iron opens. `reason` is the message without the URL. */
export class InvalidDatabaseUrlError extends IronError {
  readonly code = 'database.invalid_url';
  readonly reason: string;
  constructor(url: string, reason: string, hint = FORMS) {
    super(`The database URL ${JSON.stringify(maskUrl(url))} is refused: ${reason}.`, { hint });
    this.reason = reason;
  }
}
