import {
  type Config,
  type Environment,
  type IronDatabase,
  loadConfig,
  openForService,
  type OpenService,
  parseInput,
  type Reader,
  type schema,
  type ServiceOptions,
  type Work,
  type Writer,
} from '@iron/db';
import {
  HoldBook,
  HoldNotFoundError,
  LimitExceededError,
  needsOfEnd,
  type ReleaseInput,
  releaseSchema,
  requestIdSchema,
} from '@iron/limits';
import { InvalidTokenError, type Refusal, tokenVerifier, type TokenVerifier } from '@iron/tokens';
import { type CurrentPriceBook, currentPriceBook, type PriceBook, usageRecorder, type UsageRow } from '@iron/usage';
import { needsOfAuthorization, needsOfSettlement } from './call-needs.ts';
import {
  type ActualUsage,
  type AuthorizeInput,
  authorizeSchema,
  type CallBounds,
  holdOptionsSchema,
} from './admission-input.ts';
import { NotAdmittedError } from './admission-errors.ts';
import { Admission, type Gate } from './admission.ts';
import { authorizeCall, type AuthorizeContext, priceCall } from './authorize-call.ts';
import { billCall, type EndedCall, settleCall, type SettleContext, type Settlement } from './settle-call.ts';

/** How an {@link AdmissionController} is opened. */
export interface AdmissionOptions extends ServiceOptions {
  /** Whose tokens are accepted. Default: the database's own; a production database accepts no other. */
  readonly environment?: Environment;
  /** How long a hold lasts if nobody ends its call, in milliseconds, at most a day. Default: a quarter of an hour. */
  readonly ttlMs?: number;
  /** Is told why a token was refused, for metrics and alarms. Not for whoever showed the token. */
  readonly onRefused?: ((refusal: Refusal) => void) | undefined;
  /** Is told of each call that is let through, once, for metrics. */
  readonly onAdmitted?: (() => void) | undefined;
}

type ParsedOptions = AdmissionOptions & { readonly ttlMs: number };

/** A call that is settled by its request id alone. */
interface HeldCall {
  readonly requestId: string;
  readonly actual: ActualUsage;
  readonly bounds: CallBounds;
  readonly prices: PriceBook;
}

/** Stands for a token that is gone, for which no row is written. */
const DELETED_TOKEN_ID = Number.MAX_SAFE_INTEGER;

/**
 * One call's way through: its token is verified, the most that it can cost is taken out of every limit that applies,
 * and afterwards what it really used is recorded and billed. Calls of one turn of the event loop are committed together.
 */
export class AdmissionController implements AsyncDisposable {
  readonly #service: OpenService;
  readonly #onRefused: ((refusal: Refusal) => void) | undefined;
  readonly #onAdmitted: (() => void) | undefined;
  readonly #prices: CurrentPriceBook;
  readonly #context: AuthorizeContext & SettleContext;
  readonly #gate: Gate;

  private constructor(service: OpenService, verifier: TokenVerifier, options: ParsedOptions) {
    const { ttlMs, onRefused, onAdmitted } = options;
    const { database, now } = service;
    this.#service = service;
    this.#onRefused = onRefused;
    this.#onAdmitted = onAdmitted;
    this.#prices = currentPriceBook(database);
    const book = new HoldBook(now);
    this.#context = { verifier, book, recorder: usageRecorder(), defaultTtlMs: ttlMs };
    this.#gate = {
      settle: (call) => this.#settle(call),
      release: (requestId, reason) => this.release({ requestId, reason }),
      statesOf: (limits) => book.statesOf(limits),
    };
  }

  /**
   * @param target a URL such as `sqlite:///./tokens.db?mode=rwc`, or a database that is open already and stays so
   * @throws {MigrationsPendingError} the database lacks migrations, and `autoMigrate` is off
   * @throws {InvalidInputError} `ttlMs` is no time that a hold can last
   */
  static async open(target: string | IronDatabase, options: AdmissionOptions = {}): Promise<AdmissionController> {
    const { ttlMs } = parseInput('AdmissionController.open', holdOptionsSchema, options);
    return await AdmissionController.#over(await openForService(target, options), { ...options, ttlMs });
  }

  static async #over(service: OpenService, options: ParsedOptions): Promise<AdmissionController> {
    const { database, now } = service;
    const verifier = await tokenVerifier(database, { now, environment: options.environment });
    return new AdmissionController(service, verifier, options);
  }

  /** On the database that the configuration of this process describes. */
  static async fromConfig(options: AdmissionOptions = {}): Promise<AdmissionController> {
    return await AdmissionController.fromConfigObject(loadConfig(), options);
  }

  /** On the database that `config` describes, with tokens of its environment. */
  static async fromConfigObject(config: Config, options: AdmissionOptions = {}): Promise<AdmissionController> {
    const { ttlMs } = parseInput('AdmissionController.fromConfigObject', holdOptionsSchema, options);
    const parsed = { environment: config.environment, ...options, ttlMs };
    return await AdmissionController.#over(await openForService(config, options), parsed);
  }

  /**
   * Lets a call through, or says why not. The same request id gives the same admission.
   *
   * @throws {InvalidTokenError} the token is not valid; nobody learns why
   * @throws {ProviderNotAllowedError} the token may not call that provider
   * @throws {UnpricedModelError} the model has no known price, and a limit of cost applies
   * @throws {LimitExceededError} a limit has no room; nothing has changed
   * @throws {RequestIdTakenError} the request id was used for another call, or for one that has ended
   * @throws {InvalidInputError}
   */
  async authorize(input: AuthorizeInput, bounds: CallBounds = {}): Promise<Admission> {
    const parsed = parseInput('authorize', authorizeSchema, input);
    const prices = this.#prices.get(); // what is thrown from here on is not thrown past a promise that nobody awaits
    const call = priceCall(parsed, prices instanceof Promise ? await prices : prices, this.#service.now());
    const authorization = await this.#service.database.call({
      needs: () => needsOfAuthorization(call),
      work: (tx) => authorizeCall(tx, this.#context, call, bounds),
    });
    if (authorization.kind === 'refused') throw authorization.error;
    if (authorization.kind === 'unknown') {
      if (authorization.refusal) this.#onRefused?.(authorization.refusal);
      throw new InvalidTokenError();
    }
    const { token, outcome } = authorization;
    if (!outcome.isHeld) throw new LimitExceededError(outcome.refusals);
    const { hold, isNew, limits } = outcome;
    const { provider, model } = call;
    if (isNew) this.#onAdmitted?.();
    return new Admission({ hold, token, provider, model, isNew, limits }, this.#gate);
  }

  /**
   * Settles a call by its request id: in another process than the one that let it through, or after a restart.
   *
   * @throws {HoldNotFoundError} nothing is held for it, or it ended long ago
   * @throws {NotAdmittedError} it was held by `LimitEnforcer`, without a provider and a model
   * @throws {UsageConflictError} it was settled with other counts before
   */
  async settle(call: ActualUsage & { readonly requestId: string }, bounds: CallBounds = {}): Promise<Settlement> {
    const { requestId, ...actual } = call;
    parseInput('settle', requestIdSchema, { requestId });
    const prices = await this.#prices.get();
    const ended = await this.#service.database.call({
      needs: () => needsOfSettlement({ requestId, tokenId: null }),
      work: (tx) => this.#settleHeld(tx, { requestId, actual, bounds, prices }),
    });
    if ('refusal' in ended) throw ended.refusal;
    return ended.settlement;
  }

  /**
   * Gives back what is held for a call, by its request id. A `reason` is kept with the hold until it is forgotten.
   *
   * @returns whether this gave it back; not if the call has ended before
   * @throws {HoldNotFoundError} nothing was ever held for it
   */
  async release(call: ReleaseInput, bounds: CallBounds = {}): Promise<boolean> {
    const { requestId, reason } = parseInput('release', releaseSchema, call);
    const { database } = this.#service;
    await database.read((reader) => this.#find(reader, requestId, bounds)); // thrown in a call it would cost others time
    return await database.call({
      needs: () => needsOfEnd(requestId),
      work: (tx) => this.#context.book.release(tx, requestId, reason),
    });
  }

  /** Closes the database if this service has opened it. */
  async close(): Promise<void> {
    await this.#context.verifier.close();
    await this.#service.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  *#find(reader: Reader, requestId: string, { ofUser }: CallBounds): Work<schema.Hold> {
    const hold = yield* this.#context.book.require(reader, requestId);
    if (ofUser !== undefined && hold.userId !== ofUser) throw new HoldNotFoundError(requestId);
    return hold;
  }

  /** Nothing is written before a refusal, which so need not be thrown: that would cost others time. */
  *#settleHeld(
    tx: Writer,
    { requestId, actual, bounds, prices }: HeldCall,
  ): Work<{ settlement: Settlement } | { refusal: unknown }> {
    const hold = yield* this.#context.book.find(tx, requestId);
    let row: UsageRow;
    try {
      row = billCall(endedCall(hold, { requestId, actual, bounds }), prices, this.#service.now());
    } catch (refusal) {
      return { refusal };
    }
    return { settlement: yield* settleCall(tx, this.#context, row, hold) };
  }

  async #settle(call: EndedCall): Promise<Settlement> {
    const prices = this.#prices.get();
    const row = billCall(call, prices instanceof Promise ? await prices : prices, this.#service.now());
    return await this.#service.database.call({
      needs: () => needsOfSettlement(call),
      work: (tx) => this.#settleFound(tx, row, call.requestId),
    });
  }

  *#settleFound(tx: Writer, row: UsageRow, requestId: string): Work<Settlement> {
    const hold = yield* this.#context.book.find(tx, requestId);
    return yield* settleCall(tx, this.#context, row, hold);
  }
}

/**
 * @throws {HoldNotFoundError} nothing is held for it, or somebody else's
 * @throws {NotAdmittedError} it was held without a provider and a model
 */
function endedCall(hold: schema.Hold | undefined, { requestId, actual, bounds }: Omit<HeldCall, 'prices'>): EndedCall {
  if (!hold || (bounds.ofUser !== undefined && hold.userId !== bounds.ofUser)) throw new HoldNotFoundError(requestId);
  const { tokenId, provider, model } = hold;
  if (provider === null || model === null) throw new NotAdmittedError(requestId);
  return { requestId, tokenId: tokenId ?? DELETED_TOKEN_ID, provider, model, actual };
}
