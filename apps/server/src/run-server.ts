import { type Config, type DatabaseLocation, openFromConfig, startCheckpointThread } from '@iron/db';
import type { MasterKey } from '@iron/tokens';
import type { NetworkLimits } from './network/network-limits.ts';
import { requireFitToServe } from './operation/start-refusals.ts';
import { catchStopSignals } from './operation/stop-signals.ts';
import { serve } from './serve.ts';

/** What is served, and where; what is left out is as it is configured. */
export interface RunServerOptions {
  readonly config: Config;
  /** Another database than the one that is configured. */
  readonly location?: DatabaseLocation | undefined;
  /** In which the backups of a database of a PostgreSQL server are kept. Default: the working directory. */
  readonly folder?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** What provider keys are encrypted under. */
  readonly masterKey: MasterKey | undefined;
  /** How long clients may take. */
  readonly networkLimits?: NetworkLimits | undefined;
  /** Is told when the server listens. */
  readonly onListening: (server: { readonly url: string; readonly database: string }) => void;
}

/** Clients of a server do not wait as long as a program with a database of its own can. */
const GIVE_UP_AFTER_MS = 5_000;

/**
 * Serves the configured database until the process is told to end, by SIGTERM or SIGINT: then no new requests are taken,
 * those that run and what they write are brought to their end, and the database is closed. A second signal ends the
 * process at once.
 *
 * @throws {IronError} whatever `openFromConfig` and {@link serve} refuse
 */
export async function runServer(options: RunServerOptions): Promise<void> {
  const { config, location, folder, masterKey, onListening } = options;
  const { host, port, ...configured } = config.server;
  const { environment } = config;
  await using database = await openFromConfig(config, {
    location,
    folder,
    giveUpAfterMs: GIVE_UP_AFTER_MS,
    accept: async (opened) => await requireFitToServe(opened, { environment, masterKey }), // or it would be marked before it is refused
  });
  await using _checkpoints = database.engine === 'sqlite' ? startCheckpointThread(database) : null;
  const server = await serve(database, {
    environment,
    masterKey,
    host: options.host ?? host,
    port: options.port ?? port,
    ...configured,
    networkLimits: options.networkLimits,
  });
  using signals = catchStopSignals();
  onListening({ url: server.url, database: database.path });
  await signals.first;
  await server.drain();
}
