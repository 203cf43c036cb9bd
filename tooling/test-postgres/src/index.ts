export { cloneDatabase, type ClonedDatabase, type CloneDatabaseOptions, serverOfTests } from '@iron/test-clones';
export {
  type PostgresServer,
  type PostgresServerOptions,
  removeLeftServers,
  startPostgres,
  type StopMode,
} from './postgres-server.ts';
export { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
