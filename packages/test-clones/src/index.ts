export { administer } from './administer.ts';
export { cloneDatabase, type CloneDatabaseOptions, type ClonedDatabase } from './clone-database.ts';
export { dropLeftDatabases } from './left-databases.ts';
export { commandOf, hasEnded, isOfThisMachine, nameOfThisProcess, PROCESS_NAME } from './process-identity.ts';
export { SERVER_VARIABLE, serverOfTests } from './server-of-tests.ts';
