import type { IronDatabase } from '@iron/db';
import { type Findings, firstOf } from './doctor-check.ts';

/** Whether the master key at hand opens every provider key; needed only where there are some. */
export async function checkProviderKeys(database: IronDatabase, env: NodeJS.ProcessEnv): Promise<Findings> {
  const { ProviderKeyStorage, readMasterKey } = await import('@iron/tokens');
  const masterKey = readMasterKey(env);
  await using keys = await ProviderKeyStorage.open(database, { ...(masterKey && { masterKey }) });
  const { broken } = await keys.verifyKeys();
  return { problems: firstOf(broken.map(({ message }) => message)), hint: broken[0]?.hint ?? null };
}
