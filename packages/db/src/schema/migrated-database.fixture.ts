import Database from 'better-sqlite3';
import { readMigrations } from '../migrations/read-migrations.ts';

export interface MigratedDatabase extends Disposable {
  readonly connection: Database.Database;
}

const images = new Map<number, Buffer>();

/** A database in memory as the migration files up to number `last` build it, without guards and without rows. */
export function migratedDatabase({ last = Number.POSITIVE_INFINITY } = {}): MigratedDatabase {
  const image = images.get(last) ?? buildImage(last);
  images.set(last, image);
  const connection = new Database(image);
  return { connection, [Symbol.dispose]: () => void connection.close() };
}

function buildImage(last: number): Buffer {
  const connection = new Database(':memory:');
  for (const { number, sql } of readMigrations()) if (number <= last) connection.exec(sql);
  const image = connection.serialize();
  connection.close();
  return image;
}
