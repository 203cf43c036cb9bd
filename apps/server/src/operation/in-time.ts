/** Whoever watches a server waits about as long. */
const IN_TIME_MS = 3_000;

/**
 * What is there in a few seconds. What comes later is nobody's any more.
 *
 * @throws {Error} it is not
 */
export async function inTime<T>(coming: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`nothing came in ${IN_TIME_MS} ms`)), IN_TIME_MS);
  try {
    return await Promise.race([coming, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
