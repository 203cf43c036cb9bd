import { Pool, TypeOverrides, types } from 'pg';

/** Connections of the driver itself. */
export interface BareDriver extends AsyncDisposable {
  readonly pool: Pool;
}

/** The driver as whoever uses it directly sets it up: pipelined, and with integers as numbers. */
export function bareDriver(url: string, connections: number): BareDriver {
  const integers = new TypeOverrides();
  integers.setTypeParser(types.builtins.INT8, Number);
  const pool = new Pool({ connectionString: url, max: connections, pipeline: true, types: integers });
  return { pool, [Symbol.asyncDispose]: async () => await pool.end() };
}
