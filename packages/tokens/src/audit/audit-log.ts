import {
  type AuditVerification,
  type Config,
  type IronDatabase,
  loadConfig,
  openForService,
  type OpenService,
  type Page,
  type ServiceOptions,
  verifyAudit,
} from '@iron/db';
import { type AuditEntry, listEntries, type ListEntriesInput } from './list-entries.ts';
import { listUserEntries, type ListUserEntriesInput, type UserAuditEntry } from './list-user-entries.ts';

/**
 * Reads the logs of every change: to a token, a limit, a provider key, an agent or the prices, and to an account.
 * Nothing in them can be changed.
 */
export class AuditLog implements AsyncDisposable {
  readonly #service: OpenService;

  private constructor(service: OpenService) {
    this.#service = service;
  }

  /**
   * @param target a URL such as `sqlite:///./tokens.db?mode=rwc`, or a database that is open already and stays so
   * @throws {MigrationsPendingError} the database lacks migrations, and `autoMigrate` is off
   */
  static async open(target: string | IronDatabase, options: ServiceOptions = {}): Promise<AuditLog> {
    return new AuditLog(await openForService(target, options));
  }

  /** On the database that the configuration of this process describes. */
  static async fromConfig(options: ServiceOptions = {}): Promise<AuditLog> {
    return await AuditLog.fromConfigObject(loadConfig(), options);
  }

  /** On the database that `config` describes. */
  static async fromConfigObject(config: Config, options: ServiceOptions = {}): Promise<AuditLog> {
    return new AuditLog(await openForService(config, options));
  }

  /**
   * Entries that match all that is asked for, the newest first.
   *
   * @throws {InvalidCursorError | InvalidInputError}
   */
  async listEntries(input: ListEntriesInput = {}): Promise<Page<AuditEntry>> {
    return await listEntries(this.#service, input);
  }

  /**
   * What was done to accounts: entries that match all that is asked for, the newest first.
   *
   * @throws {InvalidCursorError | InvalidInputError}
   */
  async listUserEntries(input: ListUserEntriesInput = {}): Promise<Page<UserAuditEntry>> {
    return await listUserEntries(this.#service, input);
  }

  /**
   * Recomputes the chains of `audit_log` and `user_audit_log`, and names in each the first row that was changed, put
   * in or left out. Keep `lastHash` elsewhere to see later that rows at the end were cut off. Other work goes on
   * meanwhile.
   */
  async verifyAudit(): Promise<readonly AuditVerification[]> {
    return await verifyAudit(this.#service.database.reader);
  }

  /** Closes the database if this service has opened it. */
  async close(): Promise<void> {
    await this.#service.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
