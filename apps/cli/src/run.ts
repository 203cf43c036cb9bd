import type { CommandContext, Context } from './context.ts';
import { isDebugConfigured } from './database/debug-configured.ts';
import { DatabaseCommandError } from './database/database-command-error.ts';
import { DONE, type ExitCode } from './exit-code.ts';
import type { Noun, Outcome } from './grammar/command.ts';
import { findCommand } from './grammar/find-command.ts';
import { splitAtEnd } from './grammar/flag-words.ts';
import { helpFor } from './grammar/help.ts';
import { splitInput } from './grammar/split-input.ts';
import type { ErrorDocument } from './json-documents.ts';
import { errorText, exitCodeOf, reportOf, stackText } from './output/error-report.ts';
import { hideTokens } from './output/hide-tokens.ts';
import { paintFor } from './output/paint.ts';
import { pasteable } from './output/pasteable.ts';
import { type Pieces, pour } from './output/pour.ts';
import { programName } from './program-words.ts';
import { InvalidValueError, MissingCommandError } from './usage-errors.ts';
import { readVersion } from './version.ts';

interface Manner {
  readonly json: boolean;
  readonly verbose: boolean;
}

const POURED: Outcome = { document: {}, text: () => '', exitCode: DONE };

/** Does what `argv` says and prints the result. Never throws: an error is printed and becomes the exit code. */
export async function run(grammar: Noun, argv: readonly string[], context: Context): Promise<ExitCode> {
  const manner = { json: has(argv, '--json'), verbose: has(argv, '--verbose') };
  try {
    let presented: Outcome | undefined;
    const present = <Presented extends Outcome>(outcome: Presented): Presented => {
      print(outcome, context, manner);
      presented = outcome;
      return outcome;
    };
    const announce = announcer(context, manner);
    const pourHere = async (pieces: Pieces): Promise<Outcome> => {
      if (manner.json) throw new InvalidValueError('--json', 'is for one document, and this prints something else');
      await pour(pieces, context.stdout);
      return (presented = POURED);
    };
    const outcome = await execute(grammar, argv, { ...context, announce, present, pour: pourHere });
    if (outcome !== presented) print(outcome, context, manner);
    return outcome.exitCode;
  } catch (error) {
    return fail(error, context, manner);
  }
}

async function execute(grammar: Noun, argv: readonly string[], context: CommandContext): Promise<Outcome> {
  const { target, title, rest } = findCommand(grammar, argv);
  if (has(rest, '--help') || has(rest, '-h'))
    return textOnly('help', helpFor(target, title, programName(context.program)));
  if (target.kind === 'command') return target.run(splitInput(target, title, rest), context);
  if (has(rest, '--version') || has(rest, '-v')) return textOnly('version', readVersion());
  if (argv.length === 0) return textOnly('help', helpFor(target, title, programName(context.program)));
  throw new MissingCommandError(
    title,
    target.children.map(({ name }) => name),
  );
}

function has(words: readonly string[], wanted: string): boolean {
  return splitAtEnd(words).before.includes(wanted);
}

function textOnly(key: 'help' | 'version', text: string): Outcome {
  return { document: { [key]: text }, text: () => text, exitCode: DONE };
}

function announcer({ stdout }: Context, { json }: Manner): (text: string) => void {
  return json ? () => {} : (text) => void stdout.write(`${text}\n`);
}

function print(outcome: Outcome, context: Context, { json }: Manner): void {
  const { stdout, stderr } = context;
  stdout.write(`${json ? JSON.stringify(outcome.document, null, 2) : outcome.text(paintFor(stdout, context))}\n`);
  if (outcome.note !== undefined && !json) stderr.write(`${outcome.note}\n`);
}

function fail(thrown: unknown, context: Context, manner: Manner): ExitCode {
  const failed = thrown instanceof DatabaseCommandError ? thrown : undefined;
  const error = failed ? failed.cause : thrown;
  const { hint, ...report } = reportOf(error);
  const pasted = { ...report, hint: hint && pasteable(hint, context.program, failed?.database.flag) };

  if (manner.json) {
    const document: ErrorDocument = { ...(failed && { database: failed.database.name }), error: pasted };
    context.stdout.write(`${hideTokens(JSON.stringify(document, null, 2))}\n`);
  } else {
    context.stderr.write(`${hideTokens(errorText(pasted, paintFor(context.stderr, context)))}\n`);
  }
  if (manner.verbose || isDebugConfigured(context)) context.stderr.write(`${hideTokens(stackText(error))}\n`);
  return exitCodeOf(error);
}
