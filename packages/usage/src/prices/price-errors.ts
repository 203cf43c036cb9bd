import { LARGEST_CALL } from '@iron/db';
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

/** More than one call may cost. */
export class CostTooLargeError extends IronError {
  readonly code = 'price.cost_too_large';
  constructor() {
    const most = LARGEST_CALL.costNanos / 1_000_000_000;
    super(`The cost is larger than ${most.toLocaleString('en')} USD, the most that one call may cost.`, {
      hint: 'Check the counts of tokens and the price of the model.',
    });
  }
}

const MOST_NAMED = 10;

/** A price list that cannot be imported. Nothing of it was. */
export class InvalidPriceListError extends IronError {
  readonly code = 'price.invalid_list';
  constructor(source: string, problems: readonly string[], options: { readonly cause?: unknown } = {}) {
    const named = problems.slice(0, MOST_NAMED).map((problem) => problem.slice(0, 200));
    const more = problems.length > MOST_NAMED ? `; and ${problems.length - MOST_NAMED} more` : '';
    super(`The price list of ${source} cannot be imported: ${named.join('; ')}${more}.`, {
      hint: 'Nothing was imported, and the prices are what they were. Correct the entries or leave them out.',
      details: { source, problems: problems.length },
      ...options,
    });
  }
}

/** A price book that does not hold what Iron writes into one. */
export class CorruptPriceBookError extends IronError {
  readonly code = 'price.corrupt_book';
  constructor(version: string, cause: unknown) {
    super(`The price book ${version} is not a price list.`, {
      hint: 'Nothing is priced until it is. Somebody else wrote it: restore a backup, or take the row out of _price_books.',
      details: { version },
      cause,
    });
  }
}

/** No price book has this version. */
export class PriceBookNotFoundError extends IronError {
  readonly code = 'price.book_not_found';
  constructor(version: string) {
    super(`There is no price book ${JSON.stringify(version)}.`, {
      hint: 'List the price books to see their versions. Those of genai-prices are part of Iron, and not in the database.',
      details: { version },
    });
  }
}

/** There is no override to take back. */
export class PriceOverrideNotFoundError extends IronError {
  readonly code = 'price.override_not_found';
  constructor(provider: string, model: string) {
    super(`No override is set for the model ${JSON.stringify(model)} of ${JSON.stringify(provider)}.`, {
      hint: 'Name provider and model as they were named when the override was set.',
      details: { provider, model },
    });
  }
}
