import { startPostgres } from '@iron/test-postgres';

/** The PostgreSQL server of the documents. */
const DOCUMENTED = 'db.example.org';
const DOCUMENTED_PORT = 5432;

/** A PostgreSQL server that a document's blocks run on, while the document goes on naming another one. */
export interface DocumentPostgres extends AsyncDisposable {
  /** Commands of the document with the server that there is. */
  addressOf(commands: string): string;
  /** What was printed with the server of the document. */
  shownAs(printed: string): string;
  /** What the documents expect in the environment: they show no password. */
  readonly variables: { readonly PGPASSWORD: string };
}

/** Whether a block is played on a server of PostgreSQL. */
export function namesPostgres(commands: string): boolean {
  return commands.includes(`postgres://iron@${DOCUMENTED}/`);
}

/** Starts a server with nothing in it. */
export async function startDocumentPostgres(): Promise<DocumentPostgres> {
  const server = await startPostgres();
  const { host, password } = new URL(server.url);
  return {
    addressOf: (commands) => commands.replaceAll(DOCUMENTED, host),
    shownAs: (printed) => printed.replaceAll(host, `${DOCUMENTED}:${DOCUMENTED_PORT}`),
    variables: { PGPASSWORD: password },
    [Symbol.asyncDispose]: async () => await server[Symbol.asyncDispose](),
  };
}
