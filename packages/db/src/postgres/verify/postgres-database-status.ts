import { z } from 'zod';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import { problemOf } from '../../migrations/migration-state.ts';
import type { DatabaseStatus } from '../../verify/database-status.ts';
import { SCHEMA } from '../iron-schema.ts';
import { findConnected } from '../maintenance/postgres-holders.ts';
import { examineSchema, type PresentSchema, requireIronSchema } from '../maintenance/present-schema.ts';
import { readBuiltStructures, type BuiltStructures, readPostgresOutlook } from '../migrations/read-postgres-outlook.ts';
import { lookTwice } from '../look-twice.ts';
import type { PostgresQuery } from '../postgres-query.ts';
import { lookAtPostgres, type PostgresLook } from './look-at-postgres.ts';

const SERVER = "SELECT split_part(current_setting('server_version'), ' ', 1) AS version";

const COUNT_INDEXES = `
  SELECT count(*) AS indexes FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relkind = 'i' AND c.relname LIKE 'idx\\_%'`;

const SIZE = `
  SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) AS bytes
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relname::text = ANY ($2)`;

/**
 * The state of a database of a server. Reads only.
 *
 * @throws {DatabaseMissingError | DatabaseUnreachableError | DatabaseAccessRefusedError} it cannot be reached
 * @throws {ForeignSchemaError} another program keeps tables there, and Iron none
 * @throws {CorruptDatabaseError | DatabaseBusyError} it cannot be read, or not now
 */
export async function postgresDatabaseStatus(location: PostgresLocation): Promise<DatabaseStatus> {
  return await lookAtPostgres(location, async (look) => {
    const structures = await readBuiltStructures(look);
    const once = async () => await look.atOneMoment(async () => await describe(look, structures));
    return await lookTwice(once, ({ problem }) => problem !== null);
  });
}

async function describe(look: PostgresLook, structures: BuiltStructures | undefined): Promise<DatabaseStatus> {
  const { query, name } = look;
  const present = await examineSchema(query);
  requireIronSchema(name, present);
  const { problem, ...migrations } = await readPostgresOutlook(look, structures);
  const [server] = await query(SERVER);
  return {
    path: name,
    engine: 'postgres',
    server: `PostgreSQL ${String(server?.['version'])}`,
    identity: present.kind === 'iron' ? present.identity : null,
    ...migrations,
    problem: problemOf(problem),
    ...(await measure(query, present)),
    journalMode: null,
    walBytes: null,
    holders: await findConnected(query),
  };
}

/** The counts that the database guide's two queries give. */
async function measure(
  query: PostgresQuery,
  present: PresentSchema,
): Promise<Pick<DatabaseStatus, 'tables' | 'indexes' | 'sizeBytes'>> {
  if (present.kind !== 'iron') return { tables: 0, indexes: 0, sizeBytes: 0 };
  const { tables, strangers } = present;
  const [counted] = await query(COUNT_INDEXES, [SCHEMA]);
  const [size] = await query(SIZE, [SCHEMA, tables.filter((name) => !strangers.includes(`table ${name}`))]);
  return {
    tables: tables.filter((name) => !name.startsWith('_')).length,
    indexes: z.int().parse(counted?.['indexes']),
    sizeBytes: z.int().parse(size?.['bytes']),
  };
}
