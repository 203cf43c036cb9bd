/**
 * Looks, and once more where that fails or what it finds is suspicious. Expressions are spelled by the server as they are
 * now, and not as they were when a transaction began: somebody who has just migrated or replaced the database can look like
 * a difference, or be in the way, once.
 */
export async function lookTwice<T>(look: () => Promise<T>, isSuspicious: (found: T) => boolean): Promise<T> {
  try {
    const found = await look();
    if (!isSuspicious(found)) return found;
  } catch {
    // what is in the way still, says so now
  }
  return await look();
}
