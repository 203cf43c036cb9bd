import { z } from 'zod';
import type { Gate, GateSettings } from './gate.ts';
import { callable, loadPeer } from './peer.ts';
import { isServer, openPeerFile, openPeerPool } from './peer-drivers.ts';

const WINDOW_SECONDS = 3_600;

interface Limiter {
  /** Rejects with an `Error` when it is out of order, and with something else when there is no room. */
  consume(key: string): Promise<unknown>;
  points: number;
}

type LimiterInMemory = new (options: { points: number; duration: number }) => Limiter;
type LimiterOverStore = new (
  options: { points: number; duration: number; storeClient: unknown; storeType?: string; tableName: string },
  ready: (error?: Error) => void,
) => Limiter;

const peerSchema = z.object({
  RateLimiterMemory: callable<LimiterInMemory>(),
  RateLimiterSQLite: callable<LimiterOverStore>(),
  RateLimiterPostgres: callable<LimiterOverStore>(),
});

/** One limit of rate-limiter-flexible, counted in this process. */
export async function openLimiterInMemory({ limit }: GateSettings): Promise<Gate> {
  const { RateLimiterMemory } = await loadPeer('rate-limiter-flexible', peerSchema);
  return gateOf(new RateLimiterMemory({ points: limit, duration: WINDOW_SECONDS }));
}

/** One limit of rate-limiter-flexible, counted in a file or on a server, set up as its documents say. */
export async function openLimiter({ store, synchronous, limit }: GateSettings): Promise<Gate> {
  const { RateLimiterSQLite, RateLimiterPostgres } = await loadPeer('rate-limiter-flexible', peerSchema);
  const counting = { points: limit, duration: WINDOW_SECONDS, tableName: 'limiter' };
  if (isServer(store)) {
    const pool = await openPeerPool(store);
    const limiter = await whenReady(RateLimiterPostgres, { ...counting, storeClient: pool });
    return gateOf(limiter, { close: async () => await pool.end() });
  }
  const file = await openPeerFile(store, synchronous);
  const limiter = await whenReady(RateLimiterSQLite, { ...counting, storeClient: file, storeType: 'better-sqlite3' });
  return gateOf(limiter, {
    tidy: () => void file.pragma('wal_checkpoint(TRUNCATE)'),
    close: async () => void file.close(),
  });
}

/** It has its table then. */
async function whenReady(
  limiter: LimiterOverStore,
  options: ConstructorParameters<LimiterOverStore>[0],
): Promise<Limiter> {
  return await new Promise((resolve, reject) => {
    const made: Limiter = new limiter(options, (error) => (error ? reject(error) : resolve(made)));
  });
}

function gateOf(limiter: Limiter, { tidy = () => {}, close = async () => {} } = {}): Gate {
  return {
    call: async (caller) => {
      try {
        await limiter.consume(caller);
        return null;
      } catch (refusal: unknown) {
        return refusal instanceof Error ? refusal.message : 'refused';
      }
    },
    raise: async ({ limit }) => void (limiter.points = limit),
    tidy: async () => tidy(),
    [Symbol.asyncDispose]: close,
  };
}
