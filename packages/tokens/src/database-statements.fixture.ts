import type { IronDatabase, SqlText } from '@iron/db';

/** Carries out statements as somebody with a client would, one after the other. */
export async function execute({ reader }: IronDatabase, ...statements: readonly SqlText[]): Promise<void> {
  for (const statement of statements) await reader.statement(statement).run();
}

/** From now on the database refuses a change such as `INSERT ON audit_log`, with this message. */
export async function refuse(database: IronDatabase, change: string, message: string): Promise<void> {
  const statements = {
    sqlite: [`CREATE TRIGGER refusal BEFORE ${change} BEGIN SELECT RAISE(ABORT, '${message}'); END`],
    postgres: [
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '${message}'; END $$`,
      `CREATE TRIGGER refusal BEFORE ${change} FOR EACH ROW EXECUTE FUNCTION refuse()`,
    ],
  };
  await execute(database, ...statements[database.engine]);
}

/** Ends what {@link refuse} began. */
export async function refuseNoMore(database: IronDatabase): Promise<void> {
  await execute(database, { sqlite: 'DROP TRIGGER refusal', postgres: 'DROP FUNCTION refuse CASCADE' });
}
