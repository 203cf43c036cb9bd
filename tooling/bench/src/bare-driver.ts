import { Pool, TypeOverrides, types } from 'pg';

/** Connections of the driver itself. */
export interface BareDriver extends AsyncDisposable {
  readonly pool: Pool;
}

/**
 * The driver as whoever uses it directly sets it up: pipelined, and with integers as numbers. Rows are found by keys there,
 * too, or plans that were made for empty tables would slow it down.
 */
export function bareDriver(url: string, connections: number): BareDriver {
  const integers = new TypeOverrides();
  integers.setTypeParser(types.builtins.INT8, Number);
  const options = '-c enable_seqscan=off -c jit=off';
  const pool = new Pool({ connectionString: url, max: connections, pipeline: true, types: integers, options });
  return { pool, [Symbol.asyncDispose]: async () => await pool.end() };
}
