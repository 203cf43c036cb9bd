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
  readonly #service: OpenService;

  private constructor(service: OpenService) {
    this.#service = service;
  }

  /**
   * @param target a URL such as `sqlite:///./tokens.db?mode=rwc`, or a database that is open already and stays so
   * @throws {MigrationsPendingError} the database lacks migrations, and `autoMigrate` is off
   */
  static async open(target: string | IronDatabase, options: ServiceOptions = {}): Promise<AgentStorage> {
    return new AgentStorage(await openForService(target, options));
  }

  /** On the database that the configuration of this process describes. */
  static async fromConfig(options: ServiceOptions = {}): Promise<AgentStorage> {
    return await AgentStorage.fromConfigObject(loadConfig(), options);
  }

  /** On the database that `config` describes. */
  static async fromConfigObject(config: Config, options: ServiceOptions = {}): Promise<AgentStorage> {
    return new AgentStorage(await openForService(config, options));
  }

  /** @throws {AgentNameTakenError | InvalidInputError} */
  async createAgent(input: CreateAgentInput): Promise<Agent> {
    return await createAgent(this.#service, input);
  }

  /** @throws {AgentNotFoundError | InvalidInputError} */
  async getAgent(agentId: number): Promise<Agent> {
    const id = parseInput('getAgent', idSchema, agentId);
    return await this.#service.database.read((reader) => findAgent(reader, id));
  }

  /**
   * In the order in which they were made.
   *
   * @throws {InvalidCursorError | InvalidInputError}
   */
  async listAgents(input: ListAgentsInput = {}): Promise<Page<Agent>> {
    return await listAgents(this.#service, input);
  }

  /** @throws {AgentNotFoundError | AgentNameTakenError | InvalidInputError} */
  async renameAgent(input: RenameAgentInput): Promise<Agent> {
    return await renameAgent(this.#service, input);
  }

  /**
   * Says which providers its tokens may use, from the next verification on; an empty list: none.
   *
   * @throws {AgentNotFoundError | InvalidInputError}
   */
  async setProviders(input: SetProvidersInput): Promise<Agent> {
    return await setProviders(this.#service, input);
  }

  /**
   * @throws {AgentInUseError} tokens belong to it; it says how many
   * @throws {AgentNotFoundError | InvalidInputError}
   */
  async deleteAgent(input: DeleteAgentInput): Promise<void> {
    await deleteAgent(this.#service, input);
  }

  /** Closes the database if this service has opened it. */
  async close(): Promise<void> {
    await this.#service.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
