import type { IronDatabase } from '@iron/db';

const TOKENS_A_WRITE = 256;

/**
 * When tokens were used last. Kept in memory and written together once an interval, so that a verification costs no
 * write; a crash loses at most one interval of it.
 */
export class LastUses {
  readonly #database: IronDatabase;
  readonly #intervalMs: number;
  /** By hash and not by id: the id of a deleted token can be given to another. */
  #uses = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #writingByTimer = Promise.resolve();

  constructor(database: IronDatabase, intervalMs: number) {
    this.#database = database;
    this.#intervalMs = intervalMs;
  }

  note(tokenHash: string, usedAt: number): void {
    this.#uses.set(tokenHash, usedAt);
    this.#timer ??= setTimeout(() => this.#writeByTimer(), this.#intervalMs).unref();
  }

  /** Resolves when all that was noted is written. */
  async flush(): Promise<void> {
    await this.#writingByTimer;
    await this.#writeAll();
  }

  /** A write that fails is not tried again: the next use is newer. */
  #writeByTimer(): void {
    this.#writingByTimer = this.#writeAll().catch(() => undefined);
  }

  async #writeAll(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const uses = [...this.#uses];
    this.#uses = new Map();
    if (this.#database.connection.readonly) return;
    for (let begin = 0; begin < uses.length; begin += TOKENS_A_WRITE) {
      await this.#write(uses.slice(begin, begin + TOKENS_A_WRITE));
    }
  }

  async #write(uses: readonly (readonly [string, number])[]): Promise<void> {
    await this.#database.write(() => {
      const update = this.#database.connection.prepare(
        'UPDATE api_tokens SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE token_hash = ?',
      );
      for (const [tokenHash, usedAt] of uses) update.run(usedAt, tokenHash);
    });
  }
}
