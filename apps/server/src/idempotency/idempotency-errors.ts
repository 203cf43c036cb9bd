import { IronError } from '@iron/errors';

/** The key was used for another request. */
export class KeyReusedError extends IronError {
  readonly code = 'idempotency.key_reused';
  constructor() {
    super('The Idempotency-Key was used for another request.', {
      hint: 'Nothing was changed. Give every request a key of its own, and repeat a request with its own body only.',
    });
  }
}

/** An Iron that noted beforehand what it began has begun the same request, and has not answered it. */
export class RequestInProgressError extends IronError {
  readonly code = 'idempotency.in_progress';
  constructor(startedAt: number) {
    super(`A request with this Idempotency-Key began at ${new Date(startedAt).toISOString()} and was not answered.`, {
      hint: 'Try again in a moment. If it stays so, the server was interrupted: look whether it was carried out.',
      details: { startedAt },
    });
  }
}
