import {
  type Config,
  type Environment,
  type IronDatabase,
  loadConfig,
  openForService,
  type OpenService,
  type Page,
  parseInput,
  type ServiceOptions,
} from '@iron/db';
import { deleteToken, type DeletedToken } from './delete-token.ts';
import { environmentOf } from './fit-environment.ts';
import { createToken, type CreatedToken, importTokenHash, type TokenContext } from './issue-token.ts';
import { countTokens, listTokens, type CountedTokens } from './list-tokens.ts';
import { rotateToken, type RotatedToken } from './rotate-token.ts';
import { activateToken, deactivateToken, revokeToken } from './switch-token.ts';
import { InvalidTokenError } from './token-errors.ts';
import {
  type ChangeTokenInput,
  type CreateTokenInput,
  type ImportTokenHashInput,
  type ListTokensInput,
  type RevokeTokenInput,
  type RotateTokenInput,
  tokenIdSchema,
  type UpdateTokenInput,
} from './token-input.ts';
import { type Refusal, type TokenVerifier, tokenVerifier, type VerifiedToken } from './token-verifier.ts';
import { findToken, type Token, toToken } from './token.ts';
import { updateToken } from './update-token.ts';

/** How a {@link TokenStorage} is opened. */
export interface TokenStorageOptions extends ServiceOptions {
  /** Whose tokens are made and accepted. Default: the database's own; a production database is nothing else. */
  readonly environment?: Environment;
  /** How long the time of a token's last use is kept in memory before it is written. Default: a minute. */
  readonly lastUsedIntervalMs?: number;
  /** Is told why a token was refused, for metrics and alarms. Not for whoever showed the token. */
  readonly onRefused?: (refusal: Refusal) => void;
}

/** Issues, verifies and ends tokens. Only the SHA-256 of a token is kept. Each change is a row of the audit log. */
export class TokenStorage implements AsyncDisposable {
  readonly #service: OpenService;
  readonly #context: TokenContext;
  readonly #verifier: TokenVerifier;
  readonly #onRefused: ((refusal: Refusal) => void) | undefined;

  private constructor(
    service: OpenService,
    context: TokenContext,
    verifier: TokenVerifier,
    options: TokenStorageOptions,
  ) {
    this.#service = service;
    this.#context = context;
    this.#verifier = verifier;
    this.#onRefused = options.onRefused;
  }

  /**
   * @param target a URL such as `sqlite:///./tokens.db?mode=rwc`, or a database that is open already and stays so
   * @throws {MigrationsPendingError} the database lacks migrations, and `autoMigrate` is off
   */
  static async open(target: string | IronDatabase, options: TokenStorageOptions = {}): Promise<TokenStorage> {
    return await TokenStorage.#on(await openForService(target, options), options);
  }

  /** On the database that the configuration of this process describes. */
  static async fromConfig(options: TokenStorageOptions = {}): Promise<TokenStorage> {
    return await TokenStorage.fromConfigObject(loadConfig(), options);
  }

  /** On the database that `config` describes, with tokens of its environment. */
  static async fromConfigObject(config: Config, options: TokenStorageOptions = {}): Promise<TokenStorage> {
    const service = await openForService(config, options);
    return await TokenStorage.#on(service, { environment: config.environment, ...options });
  }

  static async #on(service: OpenService, options: TokenStorageOptions): Promise<TokenStorage> {
    const { database, now } = service;
    try {
      const environment = await environmentOf(database, options.environment);
      const { lastUsedIntervalMs } = options;
      const verifier = await tokenVerifier(database, { now, environment, lastUsedIntervalMs });
      return new TokenStorage(service, { database, now, environment }, verifier, options);
    } catch (error) {
      await service.close();
      throw error;
    }
  }

  /**
   * Makes a token, or imports the one in `token`. Its secret is in the answer and nowhere else.
   *
   * @throws {UnfitTokenError} the token to import could never be used here
   * @throws {TokenExistsError | AgentNotFoundError | ExpiryInPastError | InvalidScopeError | InvalidInputError}
   */
  async createToken(input: CreateTokenInput): Promise<CreatedToken> {
    return await createToken(this.#context, input);
  }

  /**
   * Imports a token of any format of which only the SHA-256 is known.
   *
   * @throws {TokenExistsError | AgentNotFoundError | ExpiryInPastError | InvalidScopeError | InvalidInputError}
   */
  async importTokenHash(input: ImportTokenHashInput): Promise<Token> {
    return await importTokenHash(this.#context, input);
  }

  /**
   * Whose token this is and what it may do. Looks at the database every time: what was committed by any process before
   * this call counts in it.
   *
   * @throws {InvalidTokenError} it is unknown, mistyped, revoked, expired or inactive, or its owner may not act
   */
  async verifyToken(secret: string): Promise<VerifiedToken> {
    const { token, refusal } = await this.#context.database.read((reader) => this.#verifier.verify(reader, secret));
    if (token) return token;
    this.#onRefused?.(refusal);
    throw new InvalidTokenError();
  }

  /** @throws {TokenNotFoundError | InvalidInputError} */
  async getToken(tokenId: number): Promise<Token> {
    const { database, now } = this.#context;
    const id = parseInput('getToken', tokenIdSchema, tokenId);
    return toToken(await database.read((reader) => findToken(reader, id)), now());
  }

  /**
   * Tokens that match all that is asked for, newest first.
   *
   * @throws {InvalidCursorError | InvalidInputError}
   */
  async listTokens(input: ListTokensInput = {}): Promise<Page<Token>> {
    return await listTokens(this.#context, input);
  }

  /**
   * How many tokens a user has: in all, and of each state.
   *
   * @throws {InvalidInputError}
   */
  async countTokens(userId: string): Promise<CountedTokens> {
    return await countTokens(this.#context, userId);
  }

  /**
   * Changes the name, the scopes or the expiry. What is left out stays as it is.
   *
   * @throws {TokenNotFoundError | TokenRevokedError | ExpiryInPastError | InvalidScopeError | InvalidInputError}
   */
  async updateToken(input: UpdateTokenInput): Promise<Token> {
    return await updateToken(this.#context, input);
  }

  /** @throws {TokenNotFoundError | InvalidInputError} */
  async deactivateToken(input: ChangeTokenInput): Promise<Token> {
    return await deactivateToken(this.#context, input);
  }

  /**
   * @throws {TokenNotFoundError | TokenRevokedError} a revoked token is so for good
   * @throws {InvalidInputError}
   */
  async activateToken(input: ChangeTokenInput): Promise<Token> {
    return await activateToken(this.#context, input);
  }

  /**
   * Ends a token for good. It is kept, with the time and the reason; the first ones, if it was revoked already.
   *
   * @throws {TokenNotFoundError | InvalidInputError}
   */
  async revokeToken(input: RevokeTokenInput): Promise<Token> {
    return await revokeToken(this.#context, input);
  }

  /**
   * Makes a token that takes the place of an active one. Both work for `overlapMs`; then the old one has expired.
   *
   * @throws {TokenAlreadyRotatedError} another rotation of it came first
   * @throws {TokenNotFoundError | TokenRevokedError | TokenNotActiveError | ExpiryInPastError | InvalidInputError}
   */
  async rotateToken(input: RotateTokenInput): Promise<RotatedToken> {
    return await rotateToken(this.#context, input);
  }

  /**
   * Deletes a token; its usage and its traces go with it. To keep them, revoke it instead.
   *
   * @throws {TokenNotFoundError | InvalidInputError}
   */
  async deleteToken(input: ChangeTokenInput): Promise<DeletedToken> {
    return await deleteToken(this.#context, input);
  }

  /** Writes the times of last use; closes the database if this service has opened it. */
  async close(): Promise<void> {
    try {
      await this.#verifier.close();
    } finally {
      await this.#service.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
