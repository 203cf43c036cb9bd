/** One commit, for metrics. */
export interface Commit {
  /** How many writes were committed together, those that failed by themselves included. */
  readonly writes: number;
  /**
   * From BEGIN to the end of COMMIT: the work, and flushing it to disk. Waiting for other processes is not in it on SQLite,
   * and is on PostgreSQL, where BEGIN takes the lock.
   */
  readonly milliseconds: number;
}

/** Is told of a commit. */
export type OnCommit = (commit: Commit) => void;

/** Who is told of commits. */
export class CommitListeners {
  readonly #listeners = new Set<OnCommit>();

  /** @returns ends it */
  add(listener: OnCommit): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A listener that throws is a bug of its own: it must not look as if the commit had failed. */
  tell(commit: Commit): void {
    for (const listener of this.#listeners) {
      try {
        listener(commit);
      } catch (error) {
        process.nextTick(() => {
          throw error;
        });
      }
    }
  }
}
