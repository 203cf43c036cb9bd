import { type IronDatabase, type SqlText, wait } from '@iron/db';

/** Changes a database as somebody does who has it open beside Iron. */
export async function changeByHand(database: IronDatabase, sql: SqlText, ...parameters: unknown[]): Promise<void> {
  await database.write((tx) => wait(tx.statement(sql).run(...parameters)));
}
