import { IronError } from '@iron/errors';

/** Between here and the server is a program that gives each transaction another connection. */
export class TransactionPoolerError extends IronError {
  readonly code = 'database.transaction_pooler';
  constructor(path: string) {
    super(
      `${path} is reached through a pooler that changes the connection from one transaction to the next, so no lock outlasts a transaction.`,
      {
        hint: 'Run the same command with the URL of the server itself (often called DIRECT), or of a pooler in session mode. Nothing was changed.',
        details: { path },
      },
    );
  }
}
