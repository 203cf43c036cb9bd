import { type Config, type IronDatabase, loadConfig, openForService, parseInput, type ServiceDatabase } from '@iron/db';
import type { ServiceContext, StorageOptions } from '../service.ts';
import { type BlacklistInput, blacklistToken, jtiSchema } from './blacklist-token.ts';
import { sweepBlacklist, type SweepInput } from './sweep-blacklist.ts';

const LOOK_UP = 'SELECT 1 FROM token_blacklist WHERE jti = ? AND expires_at > ?';

/** Session tokens (JWTs) that were signed out before they expired, by their ids. */
export class TokenBlacklist implements AsyncDisposable {
  readonly #service: ServiceDatabase;
  readonly #context: ServiceContext;
  readonly #find: (jti: string, now: number) => unknown;

  private constructor(service: ServiceDatabase, { now = Date.now }: StorageOptions) {
    const { database } = service;
    const lookUp = database.connection.prepare<[string, number]>(LOOK_UP);
    this.#service = service;
    this.#context = { database, now };
    this.#find = (jti, at) => lookUp.get(jti, at);
  }

  /**
   * @param target a URL such as `sqlite:///./tokens.db?mode=rwc`, or a database that is open already and stays so
   * @throws {MigrationsPendingError} the database lacks migrations, and `autoMigrate` is off
   */
  static async open(target: string | IronDatabase, options: StorageOptions = {}): Promise<TokenBlacklist> {
    return new TokenBlacklist(await openForService(target, options), options);
  }

  /** On the database that the configuration of this process describes. */
  static async fromConfig(options: StorageOptions = {}): Promise<TokenBlacklist> {
    return await TokenBlacklist.fromConfigObject(loadConfig(), options);
  }

  /** On the database that `config` describes. */
  static async fromConfigObject(config: Config, options: StorageOptions = {}): Promise<TokenBlacklist> {
    return new TokenBlacklist(await openForService(config), options);
  }

  /**
   * Blacklists a session's token until it expires by itself. Twice is once; the later expiry counts. One that has
   * expired already needs no entry and gets none.
   *
   * @throws {InvalidInputError}
   */
  async add(input: BlacklistInput): Promise<void> {
    await blacklistToken(this.#context, input);
  }

  /** @throws {InvalidInputError} */
  async isBlacklisted(jti: string): Promise<boolean> {
    return this.#find(parseInput('isBlacklisted', jtiSchema, jti), this.#context.now()) !== undefined;
  }

  /**
   * Removes the entries of tokens that have expired, in small transactions between which others write.
   *
   * @returns how many went
   */
  async sweep(input: SweepInput = {}): Promise<number> {
    return await sweepBlacklist(this.#context, input);
  }

  /** Closes the database if this object opened it. */
  async close(): Promise<void> {
    if (this.#service.isOwned) this.#service.database.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
