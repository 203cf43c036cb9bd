import { setTimeout as sleep } from 'node:timers/promises';
import { administer } from '@iron/test-clones';
import type { PostgresServer } from '@iron/test-postgres';
import type { SmallDisk } from './stage/small-disk.ts';

const PATIENCE_MS = 60_000;
/** More than there are segments of the log with room in them. */
const SEGMENTS = 40;
const NEXT_SEGMENT = `SELECT pg_logical_emit_message(true, 'torture', '.'), pg_switch_wal()`;

/**
 * Fills the disk of a server. It refuses what needs more room; when its log needs some, too, it cannot go on at all, and
 * ends by itself or begins again and again. Where there is room again, it is started if it has ended.
 *
 * @param what needs room
 * @returns makes room, and waits for the server
 */
export async function takeRoom(
  server: PostgresServer,
  disk: SmallDisk,
  what: 'data' | 'log',
): Promise<() => Promise<void>> {
  disk.fill();
  if (what === 'log') await useUpLog(server);
  return async () => {
    disk.empty();
    for (const start = Date.now(); !(await wasAnswered(server, 'SELECT 1')); await sleep(50)) {
      if (!server.isRunning) await server.start();
      if (Date.now() - start > PATIENCE_MS) throw new Error('The server did not go on when there was room again.');
    }
  };
}

/** Until it needs a segment for which there is no room. */
async function useUpLog(server: PostgresServer): Promise<void> {
  for (let used = 0; used < SEGMENTS; used += 1) {
    if (!(await wasAnswered(server, NEXT_SEGMENT))) return;
  }
}

async function wasAnswered({ url }: PostgresServer, query: string): Promise<boolean> {
  return await administer(url, (client) => client.query(query)).then(
    () => true,
    () => false,
  );
}
