import { type IronError, isIronError } from '@iron/errors';

/** The error that `work` is refused with. */
export async function refusalOf(work: Promise<unknown>): Promise<IronError> {
  const result: unknown = await work.catch((error: unknown) => error);
  if (isIronError(result)) return result;
  throw new Error('Nothing was refused.', { cause: result });
}

/** Calls a method as JavaScript can: with anything. */
export async function callWith(service: object, method: string, argument: unknown): Promise<unknown> {
  const called: unknown = Reflect.get(service, method);
  if (typeof called !== 'function') throw new TypeError(`There is no method ${method}.`);
  return await Reflect.apply(called, service, [argument]);
}
