/** The variable that names the server of the tests. */
export const SERVER_VARIABLE = 'IRON_TEST_POSTGRES_URL';

/**
 * The URL of the server that the tests of this run share.
 *
 * @throws {Error} there is none: this is no test of the project `postgres`
 */
export function serverOfTests(): string {
  const url = process.env[SERVER_VARIABLE];
  if (url !== undefined && url !== '') return url;
  throw new Error(
    `No PostgreSQL for this test: run it with --project postgres, or set ${SERVER_VARIABLE} to the URL of one.`,
  );
}
