import { callMemory, type Reader, schema, selectList, wait, type Work, type Writer } from '@iron/db';
import { getTableColumns } from '@iron/db/drizzle';
import { readHorizon } from '../retention/horizon.ts';
import { UnknownTokenError, UsageConflictError, UsageTooOldError } from '../usage-errors.ts';
import { GIVEN_PRICE, type UsageRow } from './usage.ts';
import { type KnownUsage, USAGE, type UsageMemory } from './usage-memory.ts';

/** What became of a row: a new one, or the one that was there. */
export interface InsertedUsage {
  readonly usageId: number;
  /** False: the same call was recorded before, and nothing was written. */
  readonly recorded: boolean;
  readonly costNanos: number | null;
  readonly priceVersion: string | null;
}

/** Writes usage rows. */
export interface UsageRecorder {
  /**
   * Writes a row inside the transaction that the caller is in (`database.write`, `database.call`), or finds that the
   * call is there already: same request id, token, model and counts. Time and price are then those of the first.
   *
   * @throws {UnknownTokenError} there is no such token
   * @throws {UsageConflictError} the request id stands for another call, or for one of another token
   * @throws {UsageTooOldError} it is of a time whose rows are no longer kept
   */
  insert(tx: Writer, row: UsageRow): Work<InsertedUsage>;
  /** Whether a call of this request id was recorded, by whichever token. */
  isRecorded(reader: Reader, requestId: string): Work<boolean>;
}

/** Records usage in whatever database the transaction is of. */
export function usageRecorder(): UsageRecorder {
  return { insert, isRecorded };
}

const INSERT = `
  INSERT INTO token_usage (
    token_id, request_id, provider, model, input_tokens, output_tokens, cached_input_tokens, cache_write_tokens,
    reasoning_tokens, audio_tokens, total_tokens, requests_count, cost_nanos, price_version, recorded_at
  )
  SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
  WHERE EXISTS (SELECT 1 FROM api_tokens WHERE id = ?)
    AND ? >= (SELECT pruned_before FROM _usage_horizon WHERE id = 1)
  ON CONFLICT (request_id) WHERE request_id IS NOT NULL DO NOTHING`;

const FIND = `SELECT ${selectList(getTableColumns(schema.tokenUsage))} FROM token_usage WHERE request_id = ?`;

const IS_RECORDED = 'SELECT 1 AS found FROM token_usage WHERE request_id = ?';

const FIND_TOKEN = 'SELECT 1 AS found FROM api_tokens WHERE id = ?';

function* insert(tx: Writer, row: UsageRow): Work<InsertedUsage> {
  const memory = callMemory(USAGE, tx);
  if (memory?.covers(row)) return yield* insertInMemory(tx, memory, row);
  const usageId = yield* wait(
    tx
      .statement(INSERT)
      .insert(
        row.tokenId,
        row.requestId,
        row.provider,
        row.model,
        row.inputTokens,
        row.outputTokens,
        row.cachedInputTokens,
        row.cacheWriteTokens,
        row.reasoningTokens,
        row.audioTokens,
        row.totalTokens,
        row.requestsCount,
        row.costNanos,
        row.priceVersion,
        row.recordedAt,
        row.tokenId,
        row.recordedAt,
      ),
  );
  return usageId === undefined ? yield* explain(tx, row) : newUsage(usageId, row);
}

function newUsage(usageId: number, { costNanos, priceVersion }: UsageRow): InsertedUsage {
  return { usageId, recorded: true, costNanos, priceVersion };
}

/** Why nothing was inserted. */
function* explain(tx: Writer, row: UsageRow): Work<InsertedUsage> {
  const { requestId } = row;
  const stored = requestId === null ? undefined : yield* wait(tx.statement<[string], KnownUsage>(FIND).get(requestId));
  if (stored) return sameCall(row, stored);
  yield* requireToken(tx, row.tokenId);
  throw new UsageTooOldError(row.recordedAt, yield* readHorizon(tx));
}

function* requireToken(tx: Writer, tokenId: number): Work<void> {
  const found = yield* wait(tx.statement<[number]>(FIND_TOKEN).get(tokenId));
  if (found === undefined) throw new UnknownTokenError(tokenId);
}

function* insertInMemory(tx: Writer, memory: UsageMemory, row: UsageRow): Work<InsertedUsage> {
  const stored = row.requestId === null ? undefined : memory.find(row.requestId);
  if (stored) return sameCall(row, stored);
  if (!memory.hasToken(row.tokenId)) yield* requireToken(tx, row.tokenId);
  if (row.recordedAt < memory.horizon) throw new UsageTooOldError(row.recordedAt, memory.horizon);
  return newUsage(memory.insert(row), row);
}

function* isRecorded(reader: Reader, requestId: string): Work<boolean> {
  const memory = callMemory(USAGE, reader);
  if (memory?.knows(requestId)) return memory.find(requestId) !== undefined;
  return (yield* wait(reader.statement<[string]>(IS_RECORDED).get(requestId))) !== undefined;
}

const CONTENT = [
  'tokenId',
  'provider',
  'model',
  'inputTokens',
  'outputTokens',
  'cachedInputTokens',
  'cacheWriteTokens',
  'reasoningTokens',
  'audioTokens',
  'totalTokens',
  'requestsCount',
] as const satisfies readonly (keyof UsageRow)[];

function sameCall(row: UsageRow, stored: KnownUsage): InsertedUsage {
  const isGiven = row.priceVersion === GIVEN_PRICE || stored.priceVersion === GIVEN_PRICE;
  const isSame =
    CONTENT.every((field) => row[field] === stored[field]) && !(isGiven && row.costNanos !== stored.costNanos);
  if (!isSame) throw new UsageConflictError(String(row.requestId));
  return { usageId: stored.id, recorded: false, costNanos: stored.costNanos, priceVersion: stored.priceVersion };
}
