import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

interface Opener {
  readonly secret: string;
  readonly key: string;
}

/** Encrypts an answer so that only who has the same token and names the same key can read it: nonce, text, tag. */
export function sealAnswer(answer: string, opener: Opener): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(opener), nonce, { authTagLength: TAG_BYTES });
  return Buffer.concat([nonce, cipher.update(answer, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** Throws where the row was altered. */
export function unsealAnswer(sealed: Buffer, opener: Opener): string {
  const decipher = createDecipheriv(CIPHER, keyOf(opener), sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
}

/** RFC 5869. */
function keyOf({ secret, key }: Opener): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, key, 'iron idempotency answer', KEY_BYTES));
}
