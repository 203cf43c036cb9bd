import { createHash } from 'node:crypto';
import { type IronDatabase, wait, type Work, type Writer } from '@iron/db';
import { KeyReusedError, RequestInProgressError } from './idempotency-errors.ts';
import { sealAnswer, unsealAnswer } from './sealed-answer.ts';

/** A request that is to be carried out once, whoever repeats it. */
export interface NamedRequest {
  /** The secret of whoever asks: two askers never share a key, and nobody else can read the answer. */
  readonly secret: string;
  /** What the asker calls the request. */
  readonly key: string;
  /** All that was asked for. */
  readonly content: readonly string[];
}

interface StoredKey {
  readonly requestHash: string;
  readonly answer: Buffer | null;
  readonly startedAt: number;
}

const FIND =
  'SELECT request_hash AS "requestHash", answer, started_at AS "startedAt" FROM _idempotency_keys WHERE key_hash = ?';
const INSERT = 'INSERT INTO _idempotency_keys (key_hash, request_hash, started_at) VALUES (?, ?, ?)';
const ANSWER = 'UPDATE _idempotency_keys SET answer = ? WHERE key_hash = ?';
const DELETE = 'DELETE FROM _idempotency_keys WHERE key_hash = ?';
const FORGET =
  'DELETE FROM _idempotency_keys WHERE key_hash IN (SELECT key_hash FROM _idempotency_keys WHERE started_at < ? LIMIT ?)';

const KEPT_MS = 86_400_000;
const FORGOTTEN_A_COMMIT = 500;

/**
 * Carries out a request at most once for a day, in any number of processes and over crashes. One that was interrupted
 * is not carried out again: nobody knows how far it came.
 */
export class IdempotencyStore {
  readonly #database: IronDatabase;
  readonly #now: () => number;
  /** Keys of requests that failed, and could not be deleted: on a full disk a deletion fails, too. */
  readonly #undeleted = new Set<string>();

  constructor(database: IronDatabase, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * What `work` answers; for a request that was answered before, that same answer, and `work` is not called. What
   * throws has changed nothing, and may be tried again under the same key. An answer that cannot be kept is given all
   * the same; its repetition is then refused.
   *
   * @throws {KeyReusedError} the key was used for another request
   * @throws {RequestInProgressError} it is being carried out, or was interrupted
   */
  async once(request: NamedRequest, work: () => Promise<string>): Promise<{ answer: string; isRepeated: boolean }> {
    const keyHash = sha256([request.secret, request.key]);
    // With the secret: a password in a body could be guessed by a hash of the body alone.
    const former = await this.#begin(keyHash, sha256([request.secret, request.key, ...request.content]));
    if (former) return { answer: unsealAnswer(former, request), isRepeated: true };
    let answer: string;
    try {
      answer = await work();
    } catch (error) {
      await this.#release(keyHash);
      throw error;
    }
    const sealed = sealAnswer(answer, request);
    await this.#database.write((tx) => keepAnswer(tx, keyHash, sealed)).catch(() => undefined);
    return { answer, isRepeated: false };
  }

  /** Forgets keys that are older than a day, in small commits. @returns how many */
  async sweep(): Promise<number> {
    const before = this.#now() - KEPT_MS;
    for (const keyHash of this.#undeleted) await this.#release(keyHash);
    let forgotten = 0;
    for (;;) {
      const changes = await this.#database.write((tx) => forget(tx, before));
      forgotten += changes;
      if (changes < FORGOTTEN_A_COMMIT) return forgotten;
    }
  }

  async #begin(keyHash: string, requestHash: string): Promise<Buffer | null> {
    const isReleased = this.#undeleted.delete(keyHash); // of two that repeat it, one begins
    try {
      return await this.#database.write((tx) => begin(tx, { keyHash, requestHash, now: this.#now(), isReleased }));
    } catch (error) {
      if (isReleased) this.#undeleted.add(keyHash);
      throw error;
    }
  }

  async #release(keyHash: string): Promise<void> {
    this.#undeleted.add(keyHash);
    try {
      await this.#database.write((tx) => release(tx, keyHash));
      this.#undeleted.delete(keyHash);
    } catch {
      // It stays among those that are to be deleted; what the request failed with is told.
    }
  }
}

interface Beginning {
  readonly keyHash: string;
  readonly requestHash: string;
  readonly now: number;
  /** It failed before, and could not be deleted. */
  readonly isReleased: boolean;
}

/** @returns the answer that there is already */
function* begin(tx: Writer, { keyHash, requestHash, now, isReleased }: Beginning): Work<Buffer | null> {
  const former = yield* wait(tx.statement<[string], StoredKey>(FIND).get(keyHash));
  if (former && !isReleased && former.startedAt >= now - KEPT_MS) return requireAnswer(former, requestHash);
  if (former) yield* release(tx, keyHash);
  yield* wait(tx.statement<[string, string, number]>(INSERT).run(keyHash, requestHash, now));
  return null;
}

function* keepAnswer(tx: Writer, keyHash: string, answer: Buffer): Work<void> {
  yield* wait(tx.statement<[Buffer, string]>(ANSWER).run(answer, keyHash));
}

function* release(tx: Writer, keyHash: string): Work<void> {
  yield* wait(tx.statement<[string]>(DELETE).run(keyHash));
}

function* forget(tx: Writer, before: number): Work<number> {
  return yield* wait(tx.statement<[number, number]>(FORGET).run(before, FORGOTTEN_A_COMMIT));
}

function requireAnswer({ answer, startedAt, ...former }: StoredKey, requestHash: string): Buffer {
  if (former.requestHash !== requestHash) throw new KeyReusedError();
  if (!answer) throw new RequestInProgressError(startedAt);
  return answer;
}

function sha256(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
