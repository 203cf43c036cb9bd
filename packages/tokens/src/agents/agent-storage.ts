import {
  type Config,
  type IronDatabase,
  loadConfig,
  openForService,
  type Page,
  parseInput,
  type ServiceDatabase,
} from '@iron/db';
import { idSchema } from '../fields.ts';
import type { ServiceContext, StorageOptions } from '../service.ts';
import { type Agent, findAgent } from './agent.ts';
import {
  createAgent,
  type CreateAgentInput,
  deleteAgent,
  type DeleteAgentInput,
  renameAgent,
  type RenameAgentInput,
  setProviders,
  type SetProvidersInput,
} from './change-agent.ts';
import { listAgents, type ListAgentsInput } from './list-agents.ts';

/**
 * Agents and the providers that their tokens may use; each change is a row of the audit log. A token is given to an
 * agent when it is made: `createToken({ agentId })`, `listTokens({ agentId })`.
 */
export class AgentStorage implements AsyncDisposable {
  readonly #service: ServiceDatabase;
  readonly #context: ServiceContext;

  private constructor(service: ServiceDatabase, { now = Date.now }: StorageOptions) {
    this.#service = service;
    this.#context = { database: service.database, now };
  }

  /**
   * @param target a URL such as `sqlite:///./tokens.db?mode=rwc`, or a database that is open already and stays so
   * @throws {MigrationsPendingError} the database lacks migrations, and `autoMigrate` is off
   */
  static async open(target: string | IronDatabase, options: StorageOptions = {}): Promise<AgentStorage> {
    return new AgentStorage(await openForService(target, options), options);
  }

  /** On the database that the configuration of this process describes. */
  static async fromConfig(options: StorageOptions = {}): Promise<AgentStorage> {
    return await AgentStorage.fromConfigObject(loadConfig(), options);
  }

  /** On the database that `config` describes. */
  static async fromConfigObject(config: Config, options: StorageOptions = {}): Promise<AgentStorage> {
    return new AgentStorage(await openForService(config), options);
  }

  /** @throws {AgentNameTakenError | InvalidInputError} */
  async createAgent(input: CreateAgentInput): Promise<Agent> {
    return await createAgent(this.#context, input);
  }

  /** @throws {AgentNotFoundError} */
  async getAgent(agentId: number): Promise<Agent> {
    return findAgent(this.#context.database.reader, parseInput('getAgent', idSchema, agentId));
  }

  /**
   * In the order in which they were made.
   *
   * @throws {InvalidCursorError | InvalidInputError}
   */
  async listAgents(input: ListAgentsInput = {}): Promise<Page<Agent>> {
    return listAgents(this.#context, input);
  }

  /** @throws {AgentNotFoundError | AgentNameTakenError | InvalidInputError} */
  async renameAgent(input: RenameAgentInput): Promise<Agent> {
    return await renameAgent(this.#context, input);
  }

  /**
   * Says which providers its tokens may use, from the next verification on; an empty list: none.
   *
   * @throws {AgentNotFoundError | InvalidInputError}
   */
  async setProviders(input: SetProvidersInput): Promise<Agent> {
    return await setProviders(this.#context, input);
  }

  /**
   * @throws {AgentInUseError} tokens belong to it; it says how many
   * @throws {AgentNotFoundError}
   */
  async deleteAgent(input: DeleteAgentInput): Promise<void> {
    await deleteAgent(this.#context, input);
  }

  /** Closes the database if this storage opened it. */
  async close(): Promise<void> {
    if (this.#service.isOwned) this.#service.database.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
