import { DatabaseReadOnlyError, type IronDatabase, wait } from '@iron/db';

const TOKENS_A_WRITE = 256;

/**
 * Takes `[[id, usedAt], …]` as JSON. SQLite can give the id of a deleted token to a new one, which was not used before
 * it was made.
 */
const SET_LAST_USES = {
  sqlite: `
    UPDATE api_tokens SET last_used_at = max(coalesce(last_used_at, 0), used.value ->> 1)
    FROM json_each(?) AS used
    WHERE api_tokens.id = used.value ->> 0 AND created_at <= used.value ->> 1`,
  postgres: `
    UPDATE api_tokens SET last_used_at = greatest(last_used_at, used.at)
    FROM (SELECT (value ->> 0)::bigint AS id, (value ->> 1)::bigint AS at FROM json_array_elements(?::json)) AS used
    WHERE api_tokens.id = used.id AND created_at <= used.at`,
};

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
    for (let begin = 0; begin < uses.length; begin += TOKENS_A_WRITE) {
      await this.#write(uses.slice(begin, begin + TOKENS_A_WRITE));
    }
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** A database that is closed, or is only read, keeps none. */
  async #write(uses: readonly (readonly [tokenId: number, usedAt: number])[]): Promise<void> {
    try {
      await this.#database.write((tx) => wait(tx.statement<[string]>(SET_LAST_USES).run(JSON.stringify(uses))));
    } catch (error) {
      if (!(error instanceof DatabaseReadOnlyError) && !isOfClosedDatabase(error)) throw error;
    }
  }
}

function isOfClosedDatabase(error: unknown): boolean {
  return error instanceof TypeError && error.message === 'The database connection is not open';
}
