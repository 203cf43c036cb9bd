export { cloneDatabase, type CloneDatabaseOptions, type ClonedDatabase } from './clone-database.ts';
export { dropLeftDatabases } from './left-databases.ts';
export {
  type PostgresServer,
  type PostgresServerOptions,
  removeLeftServers,
  startPostgres,
  type StopMode,
} from './postgres-server.ts';
export { serverOfTests } from './server-of-tests.ts';
export { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
