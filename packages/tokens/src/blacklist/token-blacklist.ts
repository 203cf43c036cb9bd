import {
  type Config,
  type IronDatabase,
  loadConfig,
  openForService,
  type OpenService,
  parseInput,
  type ServiceOptions,
} from '@iron/db';
import { type BlacklistInput, blacklistToken, jtiSchema } from './blacklist-token.ts';
import { sweepBlacklist, type SweepBlacklistInput } from './sweep-blacklist.ts';

const LOOK_UP = 'SELECT 1 FROM token_blacklist WHERE jti = ? AND expires_at > ?';

/** Session tokens (JWTs) that were signed out before they expired, by their ids. */
export class TokenBlacklist implements AsyncDisposable {
  readonly #service: OpenService;

  private constructor(service: OpenService) {
    this.#service = service;
  }

  /**
   * @param target a URL such as `sqlite:///./tokens.db?mode=rwc`, or a database that is open already and stays so
   * @throws {MigrationsPendingError} the database lacks migrations, and `autoMigrate` is off
   */
  static async open(target: string | IronDatabase, options: ServiceOptions = {}): Promise<TokenBlacklist> {
    return new TokenBlacklist(await openForService(target, options));
  }

  /** On the database that the configuration of this process describes. */
  static async fromConfig(options: ServiceOptions = {}): Promise<TokenBlacklist> {
    return await TokenBlacklist.fromConfigObject(loadConfig(), options);
  }

  /** On the database that `config` describes. */
  static async fromConfigObject(config: Config, options: ServiceOptions = {}): Promise<TokenBlacklist> {
    return new TokenBlacklist(await openForService(config, options));
  }

  /**
   * Blacklists a session's token until it expires by itself. Twice is once; the later expiry counts. One that has
   * expired already needs no entry and gets none.
   *
   * @throws {InvalidInputError}
   */
  async add(input: BlacklistInput): Promise<void> {
    await blacklistToken(this.#service, input);
  }

  /** @throws {InvalidInputError} */
  async isBlacklisted(jti: string): Promise<boolean> {
    const id = parseInput('isBlacklisted', jtiSchema, jti);
    const { database, now } = this.#service;
    return (await database.reader.statement<[string, number]>(LOOK_UP).get(id, now())) !== undefined;
  }

  /**
   * Removes the entries of tokens that have expired, in small transactions between which others write.
   *
   * @returns how many went
   * @throws {InvalidInputError}
   */
  async sweep(input: SweepBlacklistInput = {}): Promise<number> {
    return await sweepBlacklist(this.#service, input);
  }

  /** Closes the database if this service has opened it. */
  async close(): Promise<void> {
    await this.#service.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
