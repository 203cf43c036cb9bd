import { IronError } from '@iron/errors';

/** Counts of tokens that cannot be: parts that are more than their whole, a count below zero. */
export class InvalidTokenCountsError extends IronError {
  readonly code = 'price.invalid_counts';
  constructor(what: string) {
    super(`These counts of tokens cannot be priced: ${what}.`, {
      hint: 'Cached and cache-write tokens are parts of the input tokens, reasoning tokens of the output tokens.',
    });
  }
}

/** A cost that a number does not hold exactly: more than nine million dollars for one call. */
export class CostTooLargeError extends IronError {
  readonly code = 'price.cost_too_large';
  constructor() {
    super('The cost is larger than 9,007,199 USD, the most that one call can cost.', {
      hint: 'Check the counts of tokens and the price of the model.',
    });
  }
}
