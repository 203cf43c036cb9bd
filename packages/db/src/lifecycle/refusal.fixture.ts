import { type IronError, isIronError } from '@iron/errors';

/** The error that `work` is refused with. */
export async function refusalOf(work: Promise<unknown>): Promise<IronError> {
  const result: unknown = await work.catch((error: unknown) => error);
  if (isIronError(result)) return result;
  throw new Error('Nothing was refused.', { cause: result });
}
