import { z } from 'zod';
import type { Context } from '../context.ts';
import { ConfirmationMissingError, NotConfirmedError } from './input-errors.ts';
import { Prompt } from './prompt.ts';

/** The flag of every command that asks before it does what cannot be undone. */
export const yesFlag = {
  yes: z.literal(true).optional().meta({ description: 'Do it without asking' }),
};

/**
 * Asks whether to go on; with `--yes` not.
 *
 * @param question `Delete token 5 with its usage?`
 * @throws {ConfirmationMissingError} nobody is at a terminal
 * @throws {NotConfirmedError | InterruptedError} the answer is not yes
 */
export async function confirm(
  question: string,
  yes: true | undefined,
  context: Pick<Context, 'stdin' | 'stderr'>,
): Promise<void> {
  if (yes) return;
  if (!context.stdin.isTTY || !context.stderr.isTTY) throw new ConfirmationMissingError(question);
  using prompt = new Prompt(context);
  const answer = await prompt.ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new NotConfirmedError();
}
