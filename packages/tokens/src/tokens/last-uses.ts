import type { IronDatabase } from '@iron/db';

const TOKENS_A_WRITE = 256;

/** The id of a deleted token can be given to a new one, which was not used before it was made. */
const SET_LAST_USE = `
  UPDATE api_tokens SET last_used_at = max(coalesce(last_used_at, 0), @usedAt)
  WHERE id = @id AND created_at <= @usedAt`;

/**
 * When tokens were used last. Kept in memory and written together once an interval, so that a verification costs no
 * write; a crash loses at most one interval of it.
 */
export class LastUses {
  readonly #database: IronDatabase;
  readonly #intervalMs: number;
  /** By id. Numbers, because a map of fresh strings would cost a sixth of a verification. */
  #uses = new Map<number, number>();
  #timer: NodeJS.Timeout | undefined;
  #writingByTimer = Promise.resolve();

  constructor(database: IronDatabase, intervalMs: number) {
    this.#database = database;
    this.#intervalMs = intervalMs;
  }

  note(tokenId: number, usedAt: number): void {
    this.#uses.set(tokenId, usedAt);
    this.#timer ??= setTimeout(() => this.#writeByTimer(), this.#intervalMs).unref();
  }

  /** Resolves when all that was noted is written. */
  async flush(): Promise<void> {
    this.#stopTimer();
    await this.#writingByTimer;
    await this.#writeAll();
  }

  /** A write that fails is not tried again: the next use is newer. */
  #writeByTimer(): void {
    this.#writingByTimer = this.#writeAll().catch(() => undefined);
  }

  async #writeAll(): Promise<void> {
    this.#stopTimer();
    const uses = [...this.#uses];
    this.#uses = new Map();
    const { open, readonly } = this.#database.connection;
    if (!open || readonly) return;
    for (let begin = 0; begin < uses.length; begin += TOKENS_A_WRITE) {
      await this.#write(uses.slice(begin, begin + TOKENS_A_WRITE));
    }
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #write(uses: readonly (readonly [tokenId: number, usedAt: number])[]): Promise<void> {
    await this.#database.write(() => {
      const update = this.#database.connection.prepare(SET_LAST_USE);
      for (const [id, usedAt] of uses) update.run({ id, usedAt });
    });
  }
}
