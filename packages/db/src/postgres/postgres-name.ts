import { isSocketFolder, type PostgresLocation } from '../connection/postgres-location.ts';

/** What a person knows a database by: its URL, without the password and what else may be secret. */
export function postgresName({ host, port, database, user }: PostgresLocation): string {
  const [name, owner] = [encodeURIComponent(database), encodeURIComponent(user)];
  if (isSocketFolder(host)) return `postgres://${owner}@/${name}?host=${encodeURI(host)}`;
  return `postgres://${owner}@${host.includes(':') ? `[${host}]` : host}:${port}/${name}`;
}
