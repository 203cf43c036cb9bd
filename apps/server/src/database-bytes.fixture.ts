import { type IronDatabase, type Reader, wait, type Work } from '@iron/db';

/** All that is in a database, to look for words in it. */
export async function databaseBytes(database: IronDatabase): Promise<Buffer> {
  if (database.engine === 'sqlite') return database.connection.serialize();
  return Buffer.from(await database.atOneMoment(everyRow));
}

/** Of bytes in a column, those that are letters are shown as such. */
const SHOW_LETTERS = "SELECT set_config('bytea_output', 'escape', true) AS setting";
const TABLES = 'SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()';

function* everyRow(reader: Reader): Work<string> {
  yield* wait(reader.statement(SHOW_LETTERS).get());
  const texts: string[] = [];
  for (const { name } of yield* wait(reader.statement<[], { readonly name: string }>(TABLES).all())) {
    const rows = reader.statement<[], { readonly row: string }>(`SELECT t::text AS row FROM "${name}" t`);
    texts.push(...(yield* wait(rows.all())).map(({ row }) => row));
  }
  return texts.join('\n');
}
