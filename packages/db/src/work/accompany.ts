import { AsyncLocalStorage } from 'node:async_hooks';
import type { Writer } from './queries.ts';
import type { Work } from './work.ts';

/** What is to be written together with something else, after it, in the same transaction: all of it or nothing. */
export type Companion = (tx: Writer, written: unknown) => Work<void>;

const companions = new AsyncLocalStorage<{ companion: Companion | undefined }>();

/**
 * Carries `work` out so that `companion` is a part of every `write` and `call` in it, and is told what that gave. So
 * whoever does not know what is written can have its outcome on record if, and only if, it is committed. What the
 * companion throws undoes the write, which then fails with it; like all that is written, it may be run more than once.
 */
export async function accompany<T>(companion: Companion, work: () => Promise<T>): Promise<T> {
  const here: { companion: Companion | undefined } = { companion };
  try {
    return await companions.run(here, work);
  } finally {
    here.companion = undefined; // for what the work has left to a timer
  }
}

/** The work that is to be written where `work` was asked for: with the companion that it has here, if any. */
export function accompanied<T>(work: (tx: Writer) => Work<T>): (tx: Writer) => Work<T> {
  const companion = companions.getStore()?.companion;
  if (!companion) return work;
  return function* (tx) {
    const written = yield* work(tx);
    yield* companion(tx, written);
    return written;
  };
}
