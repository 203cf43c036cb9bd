import { AdmissionController } from '@iron/admission';
import type { Environment, IronDatabase } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import {
  AgentStorage,
  AuditLog,
  type MasterKey,
  ProviderKeyStorage,
  type Refusal,
  type RefusalReason,
  TokenStorage,
  tokenVerifier,
  type TokenVerifier,
  UserStorage,
} from '@iron/tokens';
import { PriceStorage, type TracePayloads, UsageTracker } from '@iron/usage';
import { IdempotencyStore } from './idempotency/idempotency-store.ts';

/** Every service that the API offers, over one database. */
export interface Services extends AsyncDisposable {
  readonly database: IronDatabase;
  /** The clock: milliseconds since the epoch. */
  readonly now: () => number;
  readonly verifier: TokenVerifier;
  readonly tokens: TokenStorage;
  readonly users: UserStorage;
  readonly agents: AgentStorage;
  readonly providerKeys: ProviderKeyStorage;
  readonly limits: LimitEnforcer;
  readonly usage: UsageTracker;
  readonly prices: PriceStorage;
  readonly admissions: AdmissionController;
  readonly audit: AuditLog;
  readonly idempotency: IdempotencyStore;
}

/** What all services share. */
export interface ServicesOptions {
  /** Whose tokens are made and accepted. */
  readonly environment: Environment;
  /** The clock: milliseconds since the epoch. Default: the system's. */
  readonly now?: () => number;
  /** Default: what `IRON_MASTER_KEY` or `IRON_MASTER_KEY_FILE` gives. */
  readonly masterKey?: MasterKey | undefined;
  /** Whether traces keep what was sent and answered. Default: `off`. */
  readonly tracePayloads?: TracePayloads;
  /** Is told of each call that is let through, and why the token of a call is refused. For metrics. */
  readonly onAdmitted?: () => void;
  readonly onCallRefused?: (reason: RefusalReason) => void;
}

/**
 * Opens the services on a migrated database, which stays open when they are closed.
 *
 * @throws {MigrationsPendingError} the database is not migrated
 * @throws {InvalidMasterKeyError} the environment gives a master key that is none
 */
export async function openServices(database: IronDatabase, options: ServicesOptions): Promise<Services> {
  const { environment, now = Date.now, masterKey, tracePayloads, onAdmitted, onCallRefused } = options;
  const onRefused = ({ reason }: Refusal) => onCallRefused?.(reason);
  await using opened = new AsyncDisposableStack();
  const clock = { now };
  const services = {
    database,
    now,
    tokens: opened.use(await TokenStorage.open(database, { environment, now })),
    users: opened.use(await UserStorage.open(database, clock)),
    agents: opened.use(await AgentStorage.open(database, clock)),
    providerKeys: opened.use(await ProviderKeyStorage.open(database, { now, ...(masterKey && { masterKey }) })),
    limits: opened.use(await LimitEnforcer.open(database, clock)),
    usage: opened.use(await UsageTracker.open(database, { now, ...(tracePayloads && { tracePayloads }) })),
    prices: opened.use(await PriceStorage.open(database, clock)),
    admissions: opened.use(await AdmissionController.open(database, { environment, now, onRefused, onAdmitted })),
    audit: opened.use(await AuditLog.open(database, clock)),
    verifier: opened.use(await tokenVerifier(database, { environment, now })),
    idempotency: new IdempotencyStore(database, now),
  };
  const all = opened.move();
  return { ...services, [Symbol.asyncDispose]: async () => await all.disposeAsync() };
}
