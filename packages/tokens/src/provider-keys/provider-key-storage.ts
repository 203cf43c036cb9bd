import {
  type Config,
  type IronDatabase,
  loadConfig,
  openForService,
  type OpenService,
  type Page,
  parseInput,
  type ServiceOptions,
} from '@iron/db';
import { idSchema } from '../fields.ts';
import { addKey } from './add-key.ts';
import { deleteKey, setBalance, setBaseUrl, switchKey } from './change-key.ts';
import { listKeys } from './list-keys.ts';
import type { MasterKey } from './master-key.ts';
import { assignToProject, keysForProject, unassignFromProject } from './project-keys.ts';
import type { ProviderKeyContext } from './provider-key-context.ts';
import {
  type AddKeyInput,
  type AssignmentInput,
  type ChangeKeyInput,
  type ListKeysInput,
  type RotateMasterKeyInput,
  type SetBalanceInput,
  type SetBaseUrlInput,
  type WithKeyInput,
} from './provider-key-input.ts';
import { findKey, type ProviderKey, toProviderKey } from './provider-key.ts';
import { readMasterKey } from './read-master-key.ts';
import { type MasterKeyRotation, rotateMasterKey } from './rotate-master-key.ts';
import { withKey } from './use-key.ts';
import { type KeyVerification, verifyKeys } from './verify-keys.ts';

/** How a {@link ProviderKeyStorage} is opened. */
export interface ProviderKeyStorageOptions extends ServiceOptions {
  /** Default: what `IRON_MASTER_KEY` or `IRON_MASTER_KEY_FILE` gives. Without one, keys can be listed but not used. */
  readonly masterKey?: MasterKey;
}

/**
 * Keys of LLM providers, encrypted with AES-256-GCM under a master key that is not in the database; each cipher text is
 * bound to its row, and to where the key is used. Every change is a row of `audit_log`, written in the change's own transaction; one that changes
 * nothing, such as disabling a disabled key, writes none.
 */
export class ProviderKeyStorage implements AsyncDisposable {
  readonly #service: OpenService;
  readonly #context: ProviderKeyContext;

  private constructor(service: OpenService, masterKey: MasterKey | undefined) {
    this.#service = service;
    this.#context = { ...service, masterKey: { current: masterKey } };
  }

  /**
   * @param target a URL such as `sqlite:///./tokens.db?mode=rwc`, or a database that is open already and stays so
   * @throws {InvalidMasterKeyError} the environment gives a master key that is none
   * @throws {MigrationsPendingError} the database lacks migrations, and `autoMigrate` is off
   */
  static async open(
    target: string | IronDatabase,
    options: ProviderKeyStorageOptions = {},
  ): Promise<ProviderKeyStorage> {
    const masterKey = options.masterKey ?? readMasterKey();
    return new ProviderKeyStorage(await openForService(target, options), masterKey);
  }

  /** On the database that the configuration of this process describes. */
  static async fromConfig(options: ProviderKeyStorageOptions = {}): Promise<ProviderKeyStorage> {
    return await ProviderKeyStorage.fromConfigObject(loadConfig(), options);
  }

  /** On the database that `config` describes. */
  static async fromConfigObject(config: Config, options: ProviderKeyStorageOptions = {}): Promise<ProviderKeyStorage> {
    const masterKey = options.masterKey ?? readMasterKey();
    return new ProviderKeyStorage(await openForService(config, options), masterKey);
  }

  /**
   * Encrypts a key and keeps it. It is enabled, and assigned to no project.
   *
   * @throws {MasterKeyMissingError} no master key was given
   * @throws {WrongMasterKeyError} the keys that are there are encrypted under another one
   * @throws {InvalidInputError}
   */
  async addKey(input: AddKeyInput): Promise<ProviderKey> {
    return await addKey(this.#context, input);
  }

  /**
   * Keys by id, oldest first, without the keys themselves.
   *
   * @throws {InvalidCursorError | InvalidInputError}
   */
  async listKeys(input: ListKeysInput = {}): Promise<Page<ProviderKey>> {
    return await listKeys(this.#context, input);
  }

  /**
   * @throws {ProviderKeyNotFoundError} there is none of this id
   * @throws {InvalidInputError}
   */
  async getKey(keyId: number): Promise<ProviderKey> {
    const id = parseInput('getKey', idSchema, keyId);
    return toProviderKey(await this.#context.database.read((reader) => findKey(reader, id)));
  }

  /**
   * Decrypts an enabled key and hands it to `use`, with what is known about it. This is the only way to it; do not keep
   * it. Gives what `use` gives, and throws what it throws.
   *
   * @throws {ProviderKeyNotFoundError | ProviderKeyDisabledError} there is no such key to be used
   * @throws {MasterKeyMissingError | WrongMasterKeyError} it is not encrypted under the master key at hand
   * @throws {ProviderKeyDamagedError} its row is not as it was written
   * @throws {InvalidInputError}
   */
  async withKey<T>(input: WithKeyInput, use: (key: string, about: ProviderKey) => T | Promise<T>): Promise<T> {
    return await withKey(this.#context, input, use);
  }

  /**
   * @throws {ProviderKeyNotFoundError} there is none of this id
   * @throws {InvalidInputError}
   */
  async enableKey(input: ChangeKeyInput): Promise<ProviderKey> {
    return await switchKey(this.#context, input, true);
  }

  /**
   * From now on the key is neither offered nor decrypted.
   *
   * @throws {ProviderKeyNotFoundError} there is none of this id
   * @throws {InvalidInputError}
   */
  async disableKey(input: ChangeKeyInput): Promise<ProviderKey> {
    return await switchKey(this.#context, input, false);
  }

  /**
   * Notes what is left with the provider, in nano-dollars; `null`: not known.
   *
   * @throws {ProviderKeyNotFoundError} there is none of this id
   * @throws {InvalidInputError}
   */
  async setBalance(input: SetBalanceInput): Promise<ProviderKey> {
    return await setBalance(this.#context, input);
  }

  /**
   * Says where the key is used; `null`: at the provider's usual address. It is encrypted anew, bound to that.
   *
   * @throws {ProviderKeyNotFoundError} there is none of this id
   * @throws {MasterKeyMissingError | WrongMasterKeyError} it is not encrypted under the master key at hand
   * @throws {ProviderKeyDamagedError} its row is not as it was written
   * @throws {InvalidInputError}
   */
  async setBaseUrl(input: SetBaseUrlInput): Promise<ProviderKey> {
    return await setBaseUrl(this.#context, input);
  }

  /**
   * Deletes a key for good, and takes it from its projects.
   *
   * @throws {ProviderKeyNotFoundError} there is none of this id
   * @throws {InvalidInputError}
   */
  async deleteKey(input: ChangeKeyInput): Promise<void> {
    await deleteKey(this.#context, input);
  }

  /**
   * @throws {ProviderKeyNotFoundError} there is none of this id
   * @throws {InvalidInputError}
   */
  async assignToProject(input: AssignmentInput): Promise<void> {
    await assignToProject(this.#context, input);
  }

  /**
   * @throws {ProviderKeyNotFoundError} there is none of this id
   * @throws {InvalidInputError}
   */
  async unassignFromProject(input: AssignmentInput): Promise<void> {
    await unassignFromProject(this.#context, input);
  }

  /**
   * The enabled keys of a provider that a project may use, the one that rested longest first.
   *
   * @throws {InvalidInputError}
   */
  async keysForProject(projectId: string, provider: string): Promise<ProviderKey[]> {
    return await keysForProject(this.#context, projectId, provider);
  }

  /**
   * Encrypts every key anew under another master key, in one transaction: all of them, or none. This storage uses the
   * new master key from then on; other processes need it in their environment.
   *
   * @throws {WrongMasterKeyError} some key is under neither of the two
   * @throws {ProviderKeyDamagedError} some row is not as it was written
   * @throws {InvalidInputError}
   */
  async rotateMasterKey(input: RotateMasterKeyInput): Promise<MasterKeyRotation> {
    return await rotateMasterKey(this.#context, input);
  }

  /**
   * Decrypts every key, disabled ones too, and names those that the master key at hand does not open, or that are not
   * bound to where they are used.
   *
   * @throws {MasterKeyMissingError} there are keys, and no master key was given
   */
  async verifyKeys(): Promise<KeyVerification> {
    return await verifyKeys(this.#context);
  }

  /** Closes the database if this service has opened it. */
  async close(): Promise<void> {
    await this.#service.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
