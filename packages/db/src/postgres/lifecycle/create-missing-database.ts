import { DatabaseError } from 'pg';
import { DatabaseMissingError } from '../../connection/connection-errors.ts';
import { PasswordMissingError } from '../../connection/password-errors.ts';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import { quoteName } from '../../structure/quote-name.ts';
import { AS_NEW, createDatabaseSql } from '../create-database-sql.ts';
import { explainPostgresError } from '../explain-postgres-error.ts';
import { connectPlainly, type PlainConnection } from '../plain-connection.ts';
import { DatabaseAccessRefusedError } from '../postgres-errors.ts';
import { postgresName } from '../postgres-name.ts';

/** The database that every server has, for commands that are about others. */
const MAINTENANCE_DATABASE = 'postgres';

/** Somebody else has made it meanwhile: committed already, or at the same moment. */
const IS_THERE = new Set(['42P04', '23505']);

/**
 * Makes the database of a server, empty, where there is none: as SQLite makes a file. Several at once make one.
 *
 * @throws {DatabaseMissingError} there is none, and this user may not make one; the hint is what an administrator runs
 */
export async function createMissingDatabase(location: PostgresLocation): Promise<void> {
  if (await exists(location)) return;
  try {
    await create(location);
  } catch (error) {
    if (error instanceof DatabaseError && IS_THERE.has(error.code ?? '')) return;
    if (!isRefusal(error)) throw error;
    throw new DatabaseMissingError(
      postgresName(location),
      `This user may not make one. Check the name in the URL, or have an administrator of the server run: ${createDatabaseSql(location)}`,
    );
  }
}

async function exists(location: PostgresLocation): Promise<boolean> {
  try {
    await using _connection = await connect(location);
    return true;
  } catch (error) {
    if (error instanceof DatabaseMissingError) return false;
    throw error;
  }
}

async function create(location: PostgresLocation): Promise<void> {
  await using connection = await connect({ ...location, database: MAINTENANCE_DATABASE });
  try {
    await connection.query(`CREATE DATABASE ${quoteName(location.database)} ${AS_NEW}`);
  } catch (error) {
    throw explain(error, location);
  }
}

/** With nothing set, which would stay behind in a pooler, and in nobody's way. */
async function connect(location: PostgresLocation): Promise<PlainConnection & AsyncDisposable> {
  try {
    return await connectPlainly(location);
  } catch (error) {
    throw explain(error, location);
  }
}

function explain(error: unknown, location: PostgresLocation): unknown {
  return explainPostgresError(error, { location, giveUpAfterMs: location.connectTimeoutMs });
}

/** Also where the way to ask is closed: a server may let a user into one database only. */
function isRefusal(error: unknown): boolean {
  return [DatabaseAccessRefusedError, DatabaseMissingError, PasswordMissingError].some((kind) => error instanceof kind);
}
