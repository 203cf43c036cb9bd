import { createHash } from 'node:crypto';
import { accompany, type IronDatabase, type Reader, wait, type Work, type Writer } from '@iron/db';
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

/** What is done for a request. */
export interface OnceWork {
  /** Does it, and answers. All that it changes is changed in one `write` or `call` of the database. */
  readonly work: () => Promise<string>;
  /** The same answer, made of what that write gave. */
  readonly answerOf: (written: unknown) => string;
}

/** What was answered, and whether for a request before. */
export interface OnceAnswer {
  readonly answer: string;
  readonly isRepeated: boolean;
}

interface StoredKey {
  readonly requestHash: string;
  readonly answer: Buffer | null;
  readonly startedAt: number;
}

const FIND = `
  SELECT request_hash AS "requestHash", answer, started_at AS "startedAt" FROM _idempotency_keys
  WHERE key_hash = ? AND started_at >= ?`;
/** A key that is old enough to be forgotten gives way. Of two at once the second waits for the first. */
const KEEP = `
  INSERT INTO _idempotency_keys (key_hash, request_hash, answer, started_at) VALUES (?, ?, ?, ?)
  ON CONFLICT (key_hash) DO UPDATE
    SET request_hash = excluded.request_hash, answer = excluded.answer, started_at = excluded.started_at
    WHERE _idempotency_keys.started_at < ?`;
const FORGET =
  'DELETE FROM _idempotency_keys WHERE key_hash IN (SELECT key_hash FROM _idempotency_keys WHERE started_at < ? LIMIT ?)';

const KEPT_MS = 86_400_000;
const FORGOTTEN_A_COMMIT = 500;

/**
 * Carries out a request once a day, in any number of processes and over crashes. Its answer is written in the same
 * transaction as what it is about: there is both or neither, so that a repetition knows what became of the first.
 */
export class IdempotencyStore {
  readonly #database: IronDatabase;
  readonly #now: () => number;

  constructor(database: IronDatabase, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * What is answered; for a request that was answered before, that same answer, and no work is done. What throws has
   * changed nothing, and may be tried again under the same key.
   *
   * @throws {KeyReusedError} the key was used for another request
   * @throws {RequestInProgressError} an Iron that notes beforehand what it begins has begun it
   */
  async once(request: NamedRequest, { work, answerOf }: OnceWork): Promise<OnceAnswer> {
    const key = hashesOf(request);
    const former = await this.#find(key);
    if (former) return { answer: unsealAnswer(former, request), isRepeated: true };
    const keep = (tx: Writer, written: unknown) =>
      keepAnswer(tx, key, { answer: sealAnswer(answerOf(written), request), now: this.#now() });
    try {
      return { answer: await accompany(keep, work), isRepeated: false };
    } catch (error) {
      const meanwhile = await this.#findAfter(error, key);
      return { answer: unsealAnswer(meanwhile, request), isRepeated: true };
    }
  }

  /** Forgets keys that are older than a day, in small commits. @returns how many */
  async sweep(): Promise<number> {
    const before = this.#now() - KEPT_MS;
    let forgotten = 0;
    for (;;) {
      const changes = await this.#database.write((tx) => forget(tx, before));
      forgotten += changes;
      if (changes < FORGOTTEN_A_COMMIT) return forgotten;
    }
  }

  async #find(key: KeyHashes): Promise<Buffer | null> {
    return await this.#database.read((reader) => find(reader, key, this.#now() - KEPT_MS));
  }

  /** The answer of the same request, which has come first, and may be why this one failed. @throws `failure`, if not */
  async #findAfter(failure: unknown, key: KeyHashes): Promise<Buffer> {
    let answer: Buffer | null;
    try {
      answer = await this.#find(key);
    } catch (error) {
      throw error instanceof KeyReusedError ? error : failure;
    }
    if (!answer) throw failure;
    return answer;
  }
}

interface KeyHashes {
  readonly keyHash: string;
  readonly requestHash: string;
}

/** With the secret in both: a password in a body could be guessed by a hash of the body alone. */
function hashesOf({ secret, key, content }: NamedRequest): KeyHashes {
  return { keyHash: sha256([secret, key]), requestHash: sha256([secret, key, ...content]) };
}

/** @returns the answer that there is already */
function* find(reader: Reader, { keyHash, requestHash }: KeyHashes, since: number): Work<Buffer | null> {
  const former = yield* wait(reader.statement<[string, number], StoredKey>(FIND).get(keyHash, since));
  if (!former) return null;
  if (former.requestHash !== requestHash) throw new KeyReusedError();
  if (!former.answer) throw new RequestInProgressError(former.startedAt);
  return former.answer;
}

interface NewAnswer {
  readonly answer: Buffer;
  readonly now: number;
}

function* keepAnswer(tx: Writer, { keyHash, requestHash }: KeyHashes, { answer, now }: NewAnswer): Work<void> {
  const keep = tx.statement<[string, string, Buffer, number, number]>(KEEP);
  const kept = yield* wait(keep.run(keyHash, requestHash, answer, now, now - KEPT_MS));
  if (kept === 0) throw new AnsweredMeanwhile('Another request has taken the key.');
}

/** Undoes what was done a second time. */
class AnsweredMeanwhile extends Error {}

function* forget(tx: Writer, before: number): Work<number> {
  return yield* wait(tx.statement<[number, number]>(FORGET).run(before, FORGOTTEN_A_COMMIT));
}

function sha256(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
