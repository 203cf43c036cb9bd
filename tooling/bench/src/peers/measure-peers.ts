import type { Figures } from '../figures.ts';
import { measureCalls } from './call-figures.ts';
import { measureMigrations } from './migration-figures.ts';
import type { PeersScale } from './peers-scale.ts';
import { measurePeersTestDatabases } from './test-database-figures.ts';

/** What is told in the place of it. */
export const PEERS_LEFT_OUT: Figures = {
  title: 'Beside peers',
  durations: [],
  memory: [],
  ratios: [],
  notes: ['Left out: --without-peers.'],
};

/**
 * What others do of Iron's work, and how long it takes them, in the same rounds. They have to be installed.
 *
 * @param server the URL of its maintenance database
 */
export async function* measurePeers(scale: PeersScale, server: string): AsyncGenerator<Figures> {
  yield* measureCalls(scale, server);
  yield await measureMigrations(scale);
  yield await measurePeersTestDatabases(scale);
}
