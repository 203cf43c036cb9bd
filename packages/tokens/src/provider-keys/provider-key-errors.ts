import { IronError } from '@iron/errors';

const VARIABLE = 'IRON_MASTER_KEY';
/** Names no variable: whoever set the one that holds the key in use anew would lose what it opens. */
const WHAT_IT_IS =
  'It has to be 32 random bytes in base64, as `openssl rand -base64 32` prints them, or a file of mode 0600 that holds them.';

function howToGiveOne(variable: string): string {
  return `Set ${variable} to 32 random bytes in base64 (\`openssl rand -base64 32\`), or ${variable}_FILE to a file that holds them.`;
}

/** Keys cannot be added, used or re-encrypted without the master key. */
export class MasterKeyMissingError extends IronError {
  readonly code = 'provider_key.master_key_missing';

  /** @param variable what was to give it */
  constructor(variable = VARIABLE) {
    const which = variable === VARIABLE ? 'no master key' : 'no new master key';
    super(`There is ${which} to encrypt or decrypt provider keys with.`, { hint: howToGiveOne(variable) });
  }
}

/** What was given as master key is none. Nothing of it is repeated. */
export class InvalidMasterKeyError extends IronError {
  readonly code = 'provider_key.master_key_invalid';
  constructor(source: string, problem: string, hint: string = WHAT_IT_IS) {
    super(`The master key in ${source} cannot be used: ${problem}.`, { hint, details: { source } });
  }
}

/** A key was encrypted under another master key than the one at hand. Both are named by their fingerprints. */
export class WrongMasterKeyError extends IronError {
  readonly code = 'provider_key.wrong_master_key';
  constructor(keyId: number, { needed, given }: { needed: string; given: string }) {
    super(`Provider key ${keyId} is encrypted under the master key ${needed}; the one at hand is ${given}.`, {
      hint: 'Give the master key that it was encrypted under. Nothing was changed.',
      details: { keyId, needed, given },
    });
  }
}

/** What is stored is not what was encrypted for this row: it was altered, or comes from another row. */
export class ProviderKeyDamagedError extends IronError {
  readonly code = 'provider_key.damaged';
  constructor(keyId: number) {
    super(`Provider key ${keyId} cannot be decrypted: its row is not as it was written.`, {
      hint: 'Delete it and add the key again, or restore a backup. Somebody may have changed the database by hand.',
      details: { keyId },
    });
  }
}

/** There is no provider key of this id. */
export class ProviderKeyNotFoundError extends IronError {
  readonly code = 'provider_key.not_found';
  constructor(keyId: number) {
    super(`There is no provider key ${keyId}.`, {
      hint: 'List the provider keys to see their ids.',
      details: { keyId },
    });
  }
}

/** A key that was switched off is not decrypted. */
export class ProviderKeyDisabledError extends IronError {
  readonly code = 'provider_key.disabled';
  constructor(keyId: number) {
    super(`Provider key ${keyId} is disabled.`, { hint: 'Enable it, or use another one.', details: { keyId } });
  }
}
