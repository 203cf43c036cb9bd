import type { IronDatabase } from '@iron/db';
import { type Findings, firstOf } from './doctor-check.ts';

const BIND =
  'Look at the addresses in `iron keys list`. Then make a new master key, name it by IRON_NEW_MASTER_KEY_FILE and run `iron keys rotate-master-key`, which seals every key anew.';

/** Whether the master key at hand opens every provider key; needed only where there are some. */
export async function checkProviderKeys(database: IronDatabase, env: NodeJS.ProcessEnv): Promise<Findings> {
  const { ProviderKeyStorage, readMasterKey } = await import('@iron/tokens');
  const masterKey = readMasterKey(env);
  await using keys = await ProviderKeyStorage.open(database, { ...(masterKey && { masterKey }) });
  const { broken, unbound } = await keys.verifyKeys();
  const [first] = broken;
  if (first) return { problems: firstOf(broken.map(({ message }) => message)), hint: first.hint ?? null };
  return { problems: firstOf(unbound.map(isUnbound)), hint: BIND, verdict: 'warning' };
}

function isUnbound(id: number): string {
  return `Provider key ${id} was sealed by an earlier version, which did not bind it to its address.`;
}
