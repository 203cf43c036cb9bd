import { createCipheriv, createDecipheriv, createSecretKey, hash, type KeyObject, randomBytes } from 'node:crypto';
import { InvalidMasterKeyError } from './provider-key-errors.ts';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A secret as it is stored. */
export interface Sealed {
  /** The cipher text, and behind it the tag of 16 bytes. */
  readonly sealed: Buffer;
  readonly nonce: Buffer;
}

/**
 * The key that all provider keys are encrypted under, with AES-256-GCM. It is kept outside the database, and nothing
 * that prints this object prints it.
 */
export class MasterKey {
  /** A fingerprint that tells master keys apart and from which the key cannot be found: 16 hexadecimal digits. */
  readonly id: string;
  readonly #key: KeyObject;

  private constructor(bytes: Buffer) {
    this.id = hash('sha256', Buffer.concat([Buffer.from('iron master key id'), bytes])).slice(0, 16);
    this.#key = createSecretKey(bytes);
  }

  /**
   * @param base64 32 bytes, as `openssl rand -base64 32` prints them; white space around them is left out
   * @param source where it came from, for the error
   * @throws {InvalidMasterKeyError} it is not 32 bytes in base64
   */
  static fromBase64(base64: string, source = 'MasterKey.fromBase64'): MasterKey {
    const text = base64.trim();
    const bytes = Buffer.from(text, 'base64');
    const isExact = bytes.length === KEY_BYTES && bytes.toString('base64') === text;
    if (!isExact) throw new InvalidMasterKeyError(source, 'it is not 32 bytes in base64');
    return new MasterKey(bytes);
  }

  /** Encrypts under a nonce of its own. Only who names the same `context` can open it. */
  seal(secret: string, context: string): Sealed {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return { sealed, nonce };
  }

  /** @returns `undefined` if it was not sealed by this key for this `context`, or was altered */
  unseal({ sealed, nonce }: Sealed, context: string): string | undefined {
    const decipher = createDecipheriv(CIPHER, this.#key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const plain = decipher.update(sealed.subarray(0, -TAG_BYTES));
    try {
      return Buffer.concat([plain, decipher.final()]).toString('utf8');
    } catch {
      return undefined; // the tag does not fit, and nothing else can be wrong here
    }
  }
}
