import type { ServiceContext } from '@iron/db';
import type { MasterKey } from './master-key.ts';
import { MasterKeyMissingError } from './provider-key-errors.ts';

/** What the functions behind the storage work with. */
export interface ProviderKeyContext extends ServiceContext {
  /** The master key of this process. Without one, keys can be listed and switched off, but not used. */
  readonly masterKey: { current: MasterKey | undefined };
}

/** @throws {MasterKeyMissingError} none was given */
export function requireMasterKey({ masterKey }: ProviderKeyContext): MasterKey {
  if (!masterKey.current) throw new MasterKeyMissingError();
  return masterKey.current;
}
