import type { DatabaseError } from 'pg';
import type { PostgresLocation } from '../connection/postgres-location.ts';
import { quoteName } from '../structure/quote-name.ts';

const ON_SOMETHING = /^permission denied for (database|schema) "?(.*?)"?$/;
const HIDDEN_ROWS = /row-level security policy for table "(.*)"$/;

/** What to do where the server lets a user in, and not do something: the password is not the matter. */
export function hintOnMissingRight({ message, detail }: DatabaseError, { database, user }: PostgresLocation): string {
  const role = quoteName(user);
  const [, kind, name = ''] = ON_SOMETHING.exec(message) ?? [];
  if (kind === 'database') {
    const right = detail?.includes('CONNECT') === true ? 'CONNECT' : 'CREATE';
    return haveRun(`GRANT ${right} ON DATABASE ${quoteName(database)} TO ${role};`);
  }
  if (kind === 'schema') return haveRun(`GRANT USAGE, CREATE ON SCHEMA ${quoteName(name)} TO ${role};`);
  const [, table] = HIDDEN_ROWS.exec(message) ?? [];
  if (table !== undefined) {
    const sql = `ALTER TABLE ${quoteName(table)} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;`;
    return `It hides rows from this user. Use one that has BYPASSRLS, or have the owner of the table run: ${sql}`;
  }
  return `The password was accepted. What is missing is a right of ${role}, which the owner or an administrator grants.`;
}

function haveRun(sql: string): string {
  return `The password was accepted, a right is missing. Have an administrator of the server run: ${sql}`;
}
