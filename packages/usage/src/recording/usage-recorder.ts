import type { IronDatabase } from '@iron/db';
import { readHorizon } from '../retention/horizon.ts';
import { UnknownTokenError, UsageConflictError, UsageTooOldError } from '../usage-errors.ts';
import { GIVEN_PRICE, type UsageRow } from './usage.ts';

/** What became of a row: a new one, or the one that was there. */
export interface InsertedUsage {
  readonly usageId: number;
  /** False: the same call was recorded before, and nothing was written. */
  readonly recorded: boolean;
  readonly costNanos: number | null;
  readonly priceVersion: string | null;
}

/** Writes usage rows. Made once for a database: its statements are prepared. */
export interface UsageRecorder {
  /**
   * Writes a row inside the transaction that the caller is in (`database.write`), or finds that the call is there
   * already: same request id, token, model and counts. Time and price are then those of the first.
   *
   * @throws {UnknownTokenError} there is no such token
   * @throws {UsageConflictError} the request id stands for another call, or for one of another token
   * @throws {UsageTooOldError} it is of a time whose rows are no longer kept
   */
  insert(row: UsageRow): InsertedUsage;
  /** Whether a call of this request id was recorded, by whichever token. */
  isRecorded(requestId: string): boolean;
}

type StoredRow = Omit<UsageRow, 'recordedAt'> & { readonly id: number };

const INSERT = `
  INSERT INTO token_usage (
    token_id, request_id, provider, model, input_tokens, output_tokens, cached_input_tokens, cache_write_tokens,
    reasoning_tokens, audio_tokens, total_tokens, requests_count, cost_nanos, price_version, recorded_at
  )
  SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
  WHERE EXISTS (SELECT 1 FROM api_tokens WHERE id = ?)
    AND ? >= (SELECT pruned_before FROM _usage_horizon WHERE id = 1)
  ON CONFLICT (request_id) WHERE request_id IS NOT NULL DO NOTHING`;

const FIND = `
  SELECT
    id, token_id AS tokenId, request_id AS requestId, provider, model, input_tokens AS inputTokens,
    output_tokens AS outputTokens, cached_input_tokens AS cachedInputTokens, cache_write_tokens AS cacheWriteTokens,
    reasoning_tokens AS reasoningTokens, audio_tokens AS audioTokens, total_tokens AS totalTokens,
    requests_count AS requestsCount, cost_nanos AS costNanos, price_version AS priceVersion
  FROM token_usage WHERE request_id = ?`;

/** Prepares the recording of usage in a database. */
export function usageRecorder({ connection }: IronDatabase): UsageRecorder {
  const insert = connection.prepare(INSERT);
  const find = connection.prepare<[string], StoredRow>(FIND);
  const isThere = connection.prepare<[string], number>('SELECT 1 FROM token_usage WHERE request_id = ?').pluck();
  const findToken = connection.prepare<[number]>('SELECT 1 FROM api_tokens WHERE id = ?');

  /** Why nothing was inserted. */
  const explain = (row: UsageRow): InsertedUsage => {
    const stored = row.requestId === null ? undefined : find.get(row.requestId);
    if (stored) return sameCall(row, stored);
    if (findToken.get(row.tokenId) === undefined) throw new UnknownTokenError(row.tokenId);
    throw new UsageTooOldError(row.recordedAt, readHorizon({ connection }));
  };

  return {
    isRecorded: (requestId) => isThere.get(requestId) !== undefined,
    insert(row) {
      const { changes, lastInsertRowid } = insert.run(
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
      );
      if (changes === 0) return explain(row);
      const { costNanos, priceVersion } = row;
      return { usageId: Number(lastInsertRowid), recorded: true, costNanos, priceVersion };
    },
  };
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
] as const satisfies readonly (keyof UsageRow & keyof StoredRow)[];

function sameCall(row: UsageRow, stored: StoredRow): InsertedUsage {
  const isGiven = row.priceVersion === GIVEN_PRICE || stored.priceVersion === GIVEN_PRICE;
  const isSame =
    CONTENT.every((field) => row[field] === stored[field]) && !(isGiven && row.costNanos !== stored.costNanos);
  if (!isSame) throw new UsageConflictError(String(row.requestId));
  return { usageId: stored.id, recorded: false, costNanos: stored.costNanos, priceVersion: stored.priceVersion };
}
