import { MasterKey } from './master-key.ts';
import { ProviderKeyStorage } from './provider-key-storage.ts';

/**
 * `rotate-program <url> <from> <to> <killed>`: puts the master key `to` in the place of `from`, and kills itself before
 * it has encrypted the provider key of that number, or, with 0, when it was told that all is done.
 */
const [, , url = '', from = '', to = '', killed = '0'] = process.argv;
const masterKeys = { from: MasterKey.fromBase64(from), to: MasterKey.fromBase64(to) };
const seal = masterKeys.to.seal.bind(masterKeys.to);
let encrypted = 0;
masterKeys.to.seal = (secret, context) => {
  encrypted += 1;
  if (encrypted === Number(killed)) die();
  return seal(secret, context);
};

const keys = await ProviderKeyStorage.open(url, { masterKey: masterKeys.from });
await keys.rotateMasterKey(masterKeys);
die();

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
