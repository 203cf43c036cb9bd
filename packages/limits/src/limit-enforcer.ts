import {
  type Config,
  type IronDatabase,
  loadConfig,
  openForService,
  type OpenService,
  type Page,
  parseInput,
  type schema,
  type ServiceOptions,
  type Work,
  type Writer,
} from '@iron/db';
import { needsOfEnd, needsOfHold } from './calls/needs.ts';
import type { Amounts } from './counter.ts';
import { HoldBook } from './hold-book.ts';
import { listHolds, shownHold } from './list-holds.ts';
import { haveRoom, type Limit } from './limit.ts';
import { LimitExceededError } from './limit-errors.ts';
import * as input from './limit-input.ts';
import type { LimitState, LimitWithStates } from './limit-state.ts';
import { LimitStorage } from './limit-storage.ts';
import { sweepHolds, type SweepReport } from './sweep-holds.ts';
import { type UnsweptHolds, unsweptHolds } from './unswept-holds.ts';
import { type HeldDrift, verifyHeld } from './verify-held.ts';

/**
 * Limits of users, and of users in projects: tokens a day, requests a minute, cost a month. A call takes what it may
 * use out of all limits that apply to it before it starts, and settles or gives back after it; so `settled + held`
 * never passes a limit, in any number of processes, also after a crash.
 */
export class LimitEnforcer implements AsyncDisposable {
  readonly #service: OpenService;
  readonly #book: HoldBook;
  readonly #storage: LimitStorage;

  private constructor(service: OpenService) {
    this.#service = service;
    this.#book = new HoldBook(service.now);
    this.#storage = new LimitStorage(this.#book, service.now);
  }

  /**
   * @param target a URL such as `sqlite:///./tokens.db?mode=rwc`, or a database that is open already and stays so
   * @throws {MigrationsPendingError} the database lacks migrations, and `autoMigrate` is off
   */
  static async open(target: string | IronDatabase, options: ServiceOptions = {}): Promise<LimitEnforcer> {
    return new LimitEnforcer(await openForService(target, options));
  }

  /** On the database that the configuration of this process describes. */
  static async fromConfig(options: ServiceOptions = {}): Promise<LimitEnforcer> {
    return await LimitEnforcer.fromConfigObject(loadConfig(), options);
  }

  /** On the database that `config` describes. */
  static async fromConfigObject(config: Config, options: ServiceOptions = {}): Promise<LimitEnforcer> {
    return new LimitEnforcer(await openForService(config, options));
  }

  /**
   * Limits a user (`projectId` null), or a user in a project. It counts from now on.
   *
   * @throws {LimitExistsError} there is one already
   * @throws {EmptyLimitError | InvalidTimeZoneError | InvalidInputError}
   */
  async createLimit(limit: input.CreateLimitInput): Promise<LimitWithStates> {
    const parsed = parseInput('createLimit', input.createLimitSchema, limit);
    return await this.#service.database.write((tx) => this.#storage.create(tx, parsed));
  }

  /**
   * Changes what is given; `null` takes a maximum away. Lowered below what is used, a limit refuses new calls until its
   * window is over; calls under way go on, and what is above the line is shown as overage.
   *
   * @throws {LimitNotFoundError | EmptyLimitError | InvalidTimeZoneError | InvalidInputError}
   */
  async updateLimit(changes: input.UpdateLimitInput): Promise<LimitWithStates> {
    const parsed = parseInput('updateLimit', input.updateLimitSchema, changes);
    return await this.#service.database.write((tx) => this.#storage.update(tx, parsed));
  }

  /** @throws {LimitNotFoundError | InvalidInputError} */
  async deleteLimit(limit: input.DeleteLimitInput): Promise<void> {
    const parsed = parseInput('deleteLimit', input.deleteLimitSchema, limit);
    await this.#service.database.write((tx) => this.#storage.delete(tx, parsed));
  }

  /**
   * A limit, its counters in the windows of now.
   *
   * @throws {LimitNotFoundError | InvalidInputError}
   */
  async getLimit(limitId: number): Promise<LimitWithStates> {
    const parsed = parseInput('getLimit', input.limitIdSchema, { limitId });
    return await this.#service.database.atOneMoment((reader) => this.#storage.get(reader, parsed.limitId));
  }

  /**
   * Limits in the order in which they were made.
   *
   * @throws {InvalidCursorError | InvalidInputError}
   */
  async listLimits(wanted: input.ListLimitsInput = {}): Promise<Page<LimitWithStates>> {
    const parsed = parseInput('listLimits', input.listLimitsSchema, wanted);
    return await this.#service.database.atOneMoment((reader) => this.#storage.list(reader, parsed));
  }

  /**
   * The state of every limit that applies to what a user does in a project, and when each resets.
   *
   * @throws {InvalidInputError}
   */
  async limitStates(call: input.CallInput): Promise<LimitState[]> {
    const { userId, projectId } = parseInput('limitStates', input.callSchema, call);
    return this.#book.statesOf(await this.#limitsWithoutExpired(userId, projectId));
  }

  /**
   * Whether there is room for so many tokens now. Counts nothing: another call may take the room; `hold` keeps it.
   *
   * @throws {InvalidInputError}
   */
  async checkTokensAllowed(call: input.TokensCheckInput): Promise<boolean> {
    const { userId, projectId, tokens } = parseInput('checkTokensAllowed', input.tokensCheckSchema, call);
    return await this.#hasRoom(userId, projectId, { tokens, requests: 0, cost: 0 });
  }

  /**
   * Whether there is room for so many requests now, one by default. Counts nothing, as `checkTokensAllowed`.
   *
   * @throws {InvalidInputError}
   */
  async checkRequestAllowed(call: input.RequestCheckInput): Promise<boolean> {
    const { userId, projectId, requests } = parseInput('checkRequestAllowed', input.requestCheckSchema, call);
    return await this.#hasRoom(userId, projectId, { tokens: 0, requests, cost: 0 });
  }

  /**
   * Whether there is room for that cost in nano-dollars now. Counts nothing, as `checkTokensAllowed`.
   *
   * @throws {InvalidInputError}
   */
  async checkCostAllowed(call: input.CostCheckInput): Promise<boolean> {
    const { userId, projectId, costNanos } = parseInput('checkCostAllowed', input.costCheckSchema, call);
    return await this.#hasRoom(userId, projectId, { tokens: 0, requests: 0, cost: costNanos });
  }

  /**
   * Takes the estimate of a call out of every limit that applies to it, or out of none. The same request id gives the
   * same hold. It lasts `ttlMs` (default: a quarter of an hour) if nobody ends it.
   *
   * @throws {LimitExceededError} a limit has no room; nothing has changed
   * @throws {RequestIdTakenError} the request id was used for another call, or for one that was settled or has expired
   * @throws {InvalidInputError}
   */
  async hold(call: input.HoldInput): Promise<schema.Hold> {
    const { tokens, requests, costNanos, requestId, ...about } = parseInput('hold', input.holdSchema, call);
    const ofNoToken = { tokenId: null, provider: null, model: null };
    const amounts = { tokens, requests, cost: costNanos };
    const request = { ...about, ...ofNoToken, amounts, requestId: requestId ?? null };
    const outcome = await this.#service.database.call({
      needs: () => needsOfHold(request, request),
      work: (tx) => this.#book.hold(tx, request),
    });
    if (!outcome.isHeld) throw new LimitExceededError(outcome.refusals);
    return outcome.hold;
  }

  /**
   * Puts what the call really used in the place of what it held. A second time changes nothing; after the hold has
   * expired it counts all the same. What passes the limit is kept as overage.
   *
   * @returns whether it was settled by this call
   * @throws {HoldNotFoundError | InvalidInputError}
   */
  async settle(call: input.SettleInput): Promise<boolean> {
    const { requestId, tokens, requests, costNanos } = parseInput('settle', input.settleSchema, call);
    const actual = { tokens, requests, cost: costNanos };
    return await this.#service.database.call({
      needs: () => needsOfEnd(requestId),
      work: (tx) => this.#settle(tx, requestId, actual),
    });
  }

  /**
   * Gives back what a call holds. A `reason` is kept with the hold until it is forgotten.
   *
   * @returns whether it was given back by this call; not if it has ended before
   * @throws {HoldNotFoundError | InvalidInputError}
   */
  async release(call: input.ReleaseInput): Promise<boolean> {
    const { requestId, reason } = parseInput('release', input.releaseSchema, call);
    return await this.#service.database.call({
      needs: () => needsOfEnd(requestId),
      work: (tx) => this.#book.release(tx, requestId, reason),
    });
  }

  /**
   * The hold of a request, also for a while after it has ended. One whose time is over is `expired`, though nobody has
   * given it back yet.
   *
   * @throws {HoldNotFoundError | InvalidInputError}
   */
  async getHold(requestId: string): Promise<schema.Hold> {
    const parsed = parseInput('getHold', input.requestIdSchema, { requestId });
    const hold = await this.#service.database.read((reader) => this.#book.require(reader, parsed.requestId));
    return shownHold(hold, this.#service.now());
  }

  /**
   * Holds of one state: the open ones (`held`, the default) user by user, first what expires first; those that ended,
   * the latest made first, for as long as they are kept. A page of these may have fewer than `limit`, or none, and a
   * `nextCursor` all the same.
   *
   * @throws {InvalidCursorError | InvalidInputError}
   */
  async listHolds(wanted: input.ListHoldsInput = {}): Promise<Page<schema.Hold>> {
    const parsed = parseInput('listHolds', input.listHoldsSchema, wanted);
    return await listHolds(this.#service.database.reader, parsed, this.#service.now());
  }

  /**
   * Gives back all holds whose time is over, and forgets those that ended longer ago than `keepEndedMs` (default: an
   * hour). In small batches, so that calls go on in between. Nothing depends on it: a call that needs the room of an
   * expired hold takes it.
   *
   * @throws {InvalidInputError}
   */
  async sweep(options: input.SweepInput = {}): Promise<SweepReport> {
    const parsed = parseInput('sweep', input.sweepSchema, options);
    return await sweepHolds(this.#service.database, this.#book, { ...parsed, now: this.#service.now });
  }

  /** How many holds wait for a sweep, and for how long. */
  async unsweptHolds(): Promise<UnsweptHolds> {
    return await unsweptHolds(this.#service.database.reader, this.#service.now());
  }

  /** Adds up the open holds of every limit, and names each counter that says otherwise. */
  async verifyHeld(): Promise<HeldDrift[]> {
    return await verifyHeld(this.#service.database.reader);
  }

  /** Closes the database if this service has opened it. */
  async close(): Promise<void> {
    await this.#service.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #hasRoom(userId: string, projectId: string | null, amounts: Amounts): Promise<boolean> {
    const limits = await this.#service.database.read((reader) => this.#book.limitsOf(reader, userId, projectId));
    return haveRoom(limits, amounts) || haveRoom(await this.#limitsWithoutExpired(userId, projectId), amounts);
  }

  async #limitsWithoutExpired(userId: string, projectId: string | null): Promise<Limit[]> {
    return await this.#service.database.atOneMoment((reader) =>
      this.#book.limitsWithoutExpired(reader, userId, projectId),
    );
  }

  *#settle(tx: Writer, requestId: string, actual: Amounts): Work<boolean> {
    return yield* this.#book.settle(tx, yield* this.#book.require(tx, requestId), actual);
  }
}
