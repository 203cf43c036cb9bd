/** The variable that names the server of the tests. */
export const SERVER_VARIABLE = 'IRON_TEST_POSTGRES_URL';

/**
 * The URL of the server that the tests of this run share; who runs Iron's own with `--project postgres` need not set it.
 *
 * @throws {Error} there is none
 */
export function serverOfTests(): string {
  const url = process.env[SERVER_VARIABLE];
  if (url !== undefined && url !== '') return url;
  throw new Error(
    `No PostgreSQL server for this test: set ${SERVER_VARIABLE} to the URL of one on which databases may be made.`,
  );
}
