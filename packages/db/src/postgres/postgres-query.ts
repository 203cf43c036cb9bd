/** Runs one statement and gives its rows: of whatever connection, pool or wrapper the caller has. */
export type PostgresQuery = (sql: string, parameters?: unknown[]) => Promise<Record<string, unknown>[]>;
