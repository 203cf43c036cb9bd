import { setTimeout as sleep } from 'node:timers/promises';
import { isIronError } from '@iron/errors';
import type { Journal } from '../history/journal.ts';
import type { Deeds, Kind } from '../history/operation.ts';

/** How long to leave a database alone that could not do what was asked. */
const RECOVERY_MS = 30;

/** How an attempt ended; `code`: why it did not do what was wanted. */
type Attempted<K extends Kind> =
  | { readonly answer: Deeds[K]['answer']; readonly code?: undefined }
  | { readonly answer?: undefined; readonly code: string };

/** Does something, and writes down before and after that it did. `work` is told the id of the operation. */
export type Attempt = <K extends Kind>(
  kind: K,
  wanted: Deeds[K]['wanted'],
  work: (id: string) => Promise<Deeds[K]['answer']>,
) => Promise<Attempted<K>>;

/** @param onDone is told of everything that was done */
export function attemptIn(journal: Journal, onDone: () => void = () => undefined): Attempt {
  return async (kind, wanted, work) => {
    const id = journal.intend(kind, wanted);
    try {
      const answer = await work(id);
      journal.done(id, answer);
      onDone();
      return { answer };
    } catch (error) {
      const code = isIronError(error) ? error.code : String(error);
      journal.failed(id, isKnown(error) ? 'refused' : 'unknown', code);
      if (code.startsWith('database.')) await sleep(RECOVERY_MS);
      return { code };
    }
  };
}

/** An error of Iron's says that nothing was done, but for the one that says that nobody knows. */
function isKnown(error: unknown): boolean {
  return isIronError(error) && error.code !== 'database.commit_unknown';
}
