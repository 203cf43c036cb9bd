import {
  type Config,
  type IronDatabase,
  loadConfig,
  need,
  openForService,
  type OpenService,
  type Page,
  type ServiceOptions,
  type Work,
  type Writer,
} from '@iron/db';
import { exportUsage } from './export/export-usage.ts';
import { type ExportUsageInput, listUsage, type UsageLine, type ListUsageInput } from './export/usage-lines.ts';
import { type CurrentPriceBook, currentPriceBook } from './prices/current-price-book.ts';
import { billUsage } from './recording/bill-usage.ts';
import { requireNotHeld } from './recording/require-not-held.ts';
import { USAGE } from './recording/usage-memory.ts';
import { type InsertedUsage, type UsageRecorder, usageRecorder } from './recording/usage-recorder.ts';
import { parseUsage, type UsageInput, type UsageRow } from './recording/usage.ts';
import type { ReportInput } from './reports/report-question.ts';
import { type ReportRow, usageReporter } from './reports/report.ts';
import { reprice, type RepriceInput, type RepriceReport } from './repricing/reprice.ts';
import { listUnpriced, type UnpricedInput, type UnpricedModel } from './repricing/unpriced.ts';
import { type RetentionInput, type RetentionReport, retainTraces, retainUsage } from './retention/retain-usage.ts';
import { type RebuildInput, type RebuildReport, rebuildTotals } from './totals/rebuild-totals.ts';
import { type TotalsVerification, verifyTotals } from './totals/verify-totals.ts';
import { getTrace, listTraces, type Trace, type ListTracesInput, type TraceSummary } from './traces/read-traces.ts';
import { type TraceInput, traceRecorder } from './traces/record-trace.ts';
import type { TracePayloads } from './traces/trace-payload.ts';

/** How a {@link UsageTracker} is opened. */
export interface UsageTrackerOptions extends ServiceOptions {
  /** Whether traces keep what was sent and answered: not at all, or without the secrets in it. Default: `off`. */
  readonly tracePayloads?: TracePayloads;
}

/** What every call used and cost: recorded once, billed with a price that has a version, reported at once. */
export class UsageTracker implements AsyncDisposable {
  readonly #service: OpenService;
  readonly #prices: CurrentPriceBook;
  readonly #recorder: UsageRecorder;
  readonly #report: ReturnType<typeof usageReporter>;
  readonly #recordTrace: ReturnType<typeof traceRecorder>;

  private constructor(service: OpenService, { tracePayloads: payloads = 'off' }: UsageTrackerOptions) {
    this.#service = service;
    this.#prices = currentPriceBook(service.database);
    this.#recorder = usageRecorder();
    this.#report = usageReporter(service.database);
    this.#recordTrace = traceRecorder({ ...service, payloads });
  }

  /**
   * @param target a URL such as `sqlite:///./tokens.db?mode=rwc`, or a database that is open already and stays so
   * @throws {MigrationsPendingError} the database lacks migrations, and `autoMigrate` is off
   */
  static async open(target: string | IronDatabase, options: UsageTrackerOptions = {}): Promise<UsageTracker> {
    return new UsageTracker(await openForService(target, options), options);
  }

  /** On the database that the configuration of this process describes. */
  static async fromConfig(options: UsageTrackerOptions = {}): Promise<UsageTracker> {
    return await UsageTracker.fromConfigObject(loadConfig(), options);
  }

  /** On the database that `config` describes. */
  static async fromConfigObject(config: Config, options: UsageTrackerOptions = {}): Promise<UsageTracker> {
    return new UsageTracker(await openForService(config, options), options);
  }

  /**
   * Records what a call used. When the promise resolves, it is on disk. With a request id a call counts once: the same
   * again is not recorded again. What the model costs is looked up at the time of the call; what has no price is
   * stored without one, which is not zero.
   *
   * @throws {InvalidCountError | TotalsDoNotAddUpError | InvalidInputError} it cannot be so
   * @throws {UnknownTokenError} there is no such token
   * @throws {UsageConflictError} the request id stands for another call, or for one that is to be settled
   * @throws {UsageTooOldError} it is of a time whose rows are no longer kept
   * @throws {CostTooLargeError | CorruptPriceBookError} it cannot be billed
   */
  async recordUsage(input: UsageInput): Promise<InsertedUsage> {
    const usage = parseUsage(input);
    const prices = this.#prices.get();
    const row = billUsage(usage, prices instanceof Promise ? await prices : prices, this.#service.now());
    const { database } = this.#service;
    const { requestId, tokenId } = row;
    // Nobody is to hold a call under the same request id meanwhile; without one, nobody is in the way.
    if (requestId !== null) return await database.write((tx) => this.#record(tx, row));
    return await database.call({
      needs: () => [need(USAGE, { requestId, tokenId })],
      work: (tx) => this.#recorder.insert(tx, row),
    });
  }

  /**
   * Models that were used and have no price, by name.
   *
   * @throws {InvalidCursorError | InvalidInputError}
   */
  async unpriced(input: UnpricedInput = {}): Promise<Page<UnpricedModel>> {
    return await listUnpriced(this.#service.database, input);
  }

  /**
   * Prices what has no price yet, in commits of a thousand rows, each row by the price of its own time. With `all` it
   * bills anew what has a price, too, but for costs that the caller gave. A run that was stopped is simply started again.
   *
   * @throws {InvalidInputError | CorruptPriceBookError}
   */
  async reprice(input: RepriceInput = {}): Promise<RepriceReport> {
    this.#prices.recheck();
    return await reprice({ ...this.#service, prices: await this.#prices.get() }, input);
  }

  /**
   * What was used: sums by token, user, project, agent, provider, model, and by hour, day or month of a time zone.
   * A page of lines in the order of period and dimensions; there are no lines for what was not used.
   *
   * What it reads decides how long it takes. About providers, models or everything it reads sums of days and quarters
   * of an hour, and answers in milliseconds however many calls there were. About tokens, users, projects and agents it
   * reads sums of UTC days; but by hour, and by day of another time zone, the calls of those tokens. About both at once
   * it reads the calls: ask for one token's, or for a short time. More than 5,000 calls are read bit by bit, and others
   * go on writing meanwhile.
   *
   * @throws {InvalidInputError | InvalidCursorError} the question is none
   * @throws {TooManyPeriodsError} in another time zone than UTC, or by month: it has more than 10,000 periods
   * @throws {UsageDroppedError} it needs calls whose rows were dropped for their age
   */
  async report(input: ReportInput = {}): Promise<Page<ReportRow>> {
    return await this.#report(input, this.#service.now());
  }

  /**
   * Usage rows in the order of time. By token and by user it looks at their rows alone (of a user with more than fifty
   * tokens, as by project, agent or model, at all rows of the time), at 250 at once, so that others go on meanwhile.
   *
   * @throws {InvalidCursorError | InvalidInputError}
   */
  async listUsage(input: ListUsageInput = {}): Promise<Page<UsageLine>> {
    return await listUsage(this.#service.database, input);
  }

  /**
   * Usage rows in the order of time as CSV (RFC 4180) or NDJSON, in pieces of whole lines: for `Readable.from`, or a
   * loop. The cost is there in dollars and in nano-dollars, and empty or null where it is not known. In CSV a text that
   * a spreadsheet would take for a formula has an apostrophe before it. Not a snapshot: others go on writing.
   *
   * @throws {InvalidInputError} the question is none
   */
  exportUsage(input: ExportUsageInput): AsyncGenerator<string, void, undefined> {
    return exportUsage(this.#service.database, input);
  }

  /**
   * Records how a call went. Keys in the endpoint are taken out of it; payloads are kept only where the tracker was
   * opened so, at most 64 KiB of each, without what looks like a key or is named like one.
   *
   * @throws {InvalidCountError | InvalidInputError} it cannot be so
   * @throws {UnknownTokenError} there is no such token
   */
  async recordTrace(input: TraceInput): Promise<{ readonly traceId: number }> {
    return await this.#recordTrace(input);
  }

  /**
   * How calls went, the latest first, without their payloads.
   *
   * @throws {InvalidCursorError | InvalidInputError}
   */
  async listTraces(input: ListTracesInput = {}): Promise<Page<TraceSummary>> {
    return await listTraces(this.#service.database, input);
  }

  /**
   * How a call went, with its payloads where they were kept.
   *
   * @throws {TraceNotFoundError | InvalidInputError}
   */
  async getTrace(traceId: number): Promise<Trace> {
    return await getTrace(this.#service.database, traceId);
  }

  /** Derives every sum that reports read anew from the rows, a day at a time, and names those that are wrong. */
  async verifyTotals(): Promise<TotalsVerification> {
    return await verifyTotals(this.#service.database);
  }

  /**
   * Makes every sum anew from the rows, each day in a commit of its own. Sums whose rows were dropped stay.
   *
   * @throws {InvalidInputError}
   */
  async rebuildTotals(input: RebuildInput = {}): Promise<RebuildReport> {
    return await rebuildTotals(this.#service, input);
  }

  /**
   * Drops the rows of calls of days that ended more than `keepDays` ago, in small commits between which others write.
   * Reports keep their sums. Once its row is dropped, a request id is not known any more.
   *
   * @throws {InvalidInputError}
   */
  async retainUsage(input: RetentionInput): Promise<RetentionReport> {
    return await retainUsage(this.#service, input);
  }

  /**
   * Drops the traces of calls of days that ended more than `keepDays` ago, in small commits between which others write.
   *
   * @throws {InvalidInputError}
   */
  async retainTraces(input: RetentionInput): Promise<RetentionReport> {
    return await retainTraces(this.#service, input);
  }

  /** Closes the database if this service has opened it. */
  async close(): Promise<void> {
    await this.#service.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  *#record(tx: Writer, row: UsageRow): Work<InsertedUsage> {
    yield* requireNotHeld(tx, row);
    return yield* this.#recorder.insert(tx, row);
  }
}
