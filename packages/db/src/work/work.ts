/**
 * A piece of work on a database, written once for every engine: a generator that yields what it has to wait for. SQLite
 * answers at once, so there it runs from begin to end without leaving the call, which is what keeps a transaction
 * whole; PostgreSQL is waited for. It is made with {@link wait}, `all`, `first` and `run`; other pieces of work are part
 * of it by `yield*`.
 */
export interface Work<T> extends Iterable<Promise<unknown>, T, unknown> {
  next(answer?: unknown): IteratorResult<Promise<unknown>, T>;
  throw(reason: unknown): IteratorResult<Promise<unknown>, T>;
  return(result: T): IteratorResult<Promise<unknown>, T>;
}

/** The value, when it is there. Nothing but what a database answers is waited for in a piece of work. */
export function wait<T>(value: T | Promise<T>): Work<T> {
  return value instanceof Promise ? waitFor(value) : new Answered(value);
}

function* waitFor<T>(promise: Promise<T>): Work<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- whoever carries the work out hands in the result
  return (yield promise) as T;
}

/** Work that is done: SQLite's every answer, where a generator would cost as much as the statement's way to it. */
class Answered<T> implements Work<T> {
  readonly done = true;
  readonly value: T;

  constructor(value: T) {
    this.value = value;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorReturnResult<T> {
    return this;
  }

  throw(reason: unknown): never {
    throw reason;
  }

  return(value: T): IteratorReturnResult<T> {
    return { done: true, value };
  }
}

/**
 * Carries work out without leaving the call.
 *
 * @throws {TypeError} it waits for something that is not there at once
 */
export function workNow<T>(work: Work<T>): T {
  const step = work.next();
  if (step.done === true) return step.value;
  step.value.catch(() => undefined); // what it does later is nobody's any more
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody looks at it: the work only tidies up
  work.return(undefined as T);
  throw new TypeError('What is written together has to be synchronous.');
}

/** Carries work out, and waits wherever it waits. */
export async function workThrough<T>(work: Work<T>): Promise<T> {
  let step = work.next();
  while (step.done !== true) {
    const answer = await outcomeOf(step.value);
    step = answer.failed ? work.throw(answer.reason) : work.next(answer.value);
  }
  return step.value;
}

type Outcome =
  | { readonly failed: false; readonly value: unknown }
  | { readonly failed: true; readonly reason: unknown };

async function outcomeOf(promise: Promise<unknown>): Promise<Outcome> {
  try {
    return { failed: false, value: await promise };
  } catch (reason) {
    return { failed: true, reason };
  }
}
