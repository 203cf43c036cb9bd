import { z } from 'zod';
import { importPeer } from '../../peers/import-peer.ts';
import { INSTALL_COMMAND } from './install-peers.ts';

/** A function, or a class, of a peer: that it is one can be checked, and what it takes is said by `T`. */
export function callable<T>(): z.ZodType<T> {
  return z.custom<T>((value) => typeof value === 'function', 'is no function');
}

/**
 * Loads a peer, of which the benchmark uses what `schema` names. Its types are not there unless it is installed.
 *
 * @throws {Error} it is not installed
 */
export async function loadPeer<T>(name: string, schema: z.ZodType<T>): Promise<T> {
  const peer = await importPeer(name).catch((cause: unknown) => {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND')) throw cause;
    throw new Error(`${name} is not installed. \`${INSTALL_COMMAND}\` installs it.`, { cause });
  });
  return schema.parse(peer);
}
