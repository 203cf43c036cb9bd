import { chmodSync, mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@iron/db';
import type { PostgresServer } from '@iron/test-postgres';
import { startBenchServer } from './bench-server.ts';
import type { Scale } from './scale.ts';
import { makeServedDatabase, type ServedContents, type ServedDatabase } from './served-database.ts';

/** What the parts of one run share. It is made when the first of them asks for it, and removed in the end. */
export class Stage implements AsyncDisposable {
  readonly scale: Scale;
  /** Whether what Iron is compared with is installed. */
  readonly withPeers: boolean;
  readonly #disposables = new AsyncDisposableStack();
  readonly #folder = this.#disposables.use(mkdtempDisposableSync(join(tmpdir(), 'iron-bench-'))).path;
  readonly #served = new Map<string, Promise<ServedDatabase>>();
  #server: Promise<PostgresServer> | undefined;
  #serverVersion: string | null = null;

  constructor(scale: Scale, withPeers: boolean) {
    this.scale = scale;
    this.withPeers = withPeers;
  }

  /** A SQLite database with so many calls, and with more when a part before this one has made some. */
  async served({ calls, tokens }: ServedContents): Promise<ServedDatabase> {
    const name = `${calls}-calls-${tokens}-tokens.db`;
    const served = this.#served.get(name) ?? makeServedDatabase(join(this.#folder, name), { calls, tokens });
    this.#served.set(name, served);
    return await served;
  }

  /** A PostgreSQL server without any database of Iron's. */
  async server(): Promise<PostgresServer> {
    this.#server ??= this.#startServer();
    return await this.#server;
  }

  /** `null` while no part has asked for a server. */
  get serverVersion(): string | null {
    return this.#serverVersion;
  }

  async #startServer(): Promise<PostgresServer> {
    chmodSync(this.#folder, 0o711); // the server's own user passes through
    const server = this.#disposables.use(await startBenchServer(this.#folder));
    await using maintenance = await openDatabase(server.url);
    if (maintenance.engine !== 'postgres') throw new TypeError('This is no server.');
    const { rows } = await maintenance.session.query('SHOW server_version');
    this.#serverVersion = String(rows[0]?.['server_version']);
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#disposables.disposeAsync();
  }
}
