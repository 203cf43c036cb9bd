import { hash, parseOptions, verify } from '@node-rs/argon2';

/**
 * argon2id with 19 MiB, two passes and one lane: the least that the OWASP Password Storage Cheat Sheet asks of it. It
 * takes some 10 ms, on a thread beside the event loop.
 */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Costs as much as any other hash and belongs to no password: its digest is 32 bytes of zero. */
const NOBODYS_HASH = `$argon2id$v=19$m=${COST.memoryCost},t=${COST.timeCost},p=${COST.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** The PHC string of a password, with a salt of its own. */
export async function hashPassword(password: string): Promise<string> {
  return await hash(password, COST);
}

/**
 * Whether the hash is of this password. Without a hash, or with one that cannot be read, the answer is no, and takes as
 * long as with one.
 */
export async function isPasswordOf(passwordHash: string | null, password: string): Promise<boolean> {
  const comparable = passwordHash !== null && costOf(passwordHash) !== undefined ? passwordHash : NOBODYS_HASH;
  const isSame = await verify(comparable, password);
  return isSame && comparable !== NOBODYS_HASH;
}

/** Whether the hash was made at another cost than a new one is. */
export function isOutdatedHash(passwordHash: string): boolean {
  const cost = costOf(passwordHash);
  return (
    cost?.memoryCost !== COST.memoryCost || cost.timeCost !== COST.timeCost || cost.parallelism !== COST.parallelism
  );
}

function costOf(passwordHash: string): ReturnType<typeof parseOptions> | undefined {
  try {
    return parseOptions(passwordHash);
  } catch {
    return undefined; // damaged, or by another program
  }
}
