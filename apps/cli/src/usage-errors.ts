import { IronError } from '@iron/errors';

/** What was typed cannot be understood: exit code 2, nothing was done. */
export abstract class UsageError extends IronError {}

export class MissingCommandError extends UsageError {
  readonly code = 'cli.missing_command';
  constructor(noun: string, verbs: readonly string[]) {
    super(`"${noun}" needs a command.`, { hint: `One of: ${verbs.join(', ')}. See \`${noun} --help\`.` });
  }
}

export class UnknownCommandError extends UsageError {
  readonly code = 'cli.unknown_command';
  constructor(word: string, noun: string, suggestion: string | undefined) {
    super(`"${noun}" has no command ${JSON.stringify(word)}.`, {
      hint: suggestion ? `Did you mean \`${suggestion}\`?` : `See \`${noun} --help\`.`,
      details: { command: word, suggestion: suggestion ?? null },
    });
  }
}

const LIKE_A_NUMBER = /^-[\d.]+$/;

export class UnknownFlagError extends UsageError {
  readonly code = 'cli.unknown_flag';
  constructor(flag: string, command: string, suggestion: string | undefined) {
    const isNumber = LIKE_A_NUMBER.test(flag);
    const help = suggestion ? `Did you mean \`${suggestion}\`?` : `See \`${command} --help\`.`;
    super(`"${command}" has no flag ${JSON.stringify(flag)}.`, {
      hint: isNumber ? `A number below zero is written behind --: \`${command} … -- ${flag}\`.` : help,
      details: { flag, suggestion: isNumber ? null : (suggestion ?? null) },
    });
  }
}

export class MisplacedFlagError extends UsageError {
  readonly code = 'cli.misplaced_flag';
  constructor(flag: string, noun: string) {
    super(`The flag ${JSON.stringify(flag)} stands before the command.`, {
      hint: `Flags come after it: \`${noun} <command> ${flag}\`.`,
      details: { flag },
    });
  }
}

export class MissingArgumentError extends UsageError {
  readonly code = 'cli.missing_argument';
  constructor(argument: string, command: string) {
    super(`"${command}" needs ${argument}.`, { hint: `See \`${command} --help\`.`, details: { argument } });
  }
}

export class UnexpectedArgumentError extends UsageError {
  readonly code = 'cli.unexpected_argument';
  constructor(argument: string, command: string) {
    super(`"${command}" does not take the argument ${JSON.stringify(argument)}.`, {
      hint: `See \`${command} --help\`. A path with spaces needs quotes.`,
      details: { argument },
    });
  }
}

/** It may be a secret that was typed, and is not repeated. */
export class SecretArgumentError extends UsageError {
  readonly code = 'cli.secret_argument';
  constructor(command: string) {
    super(`"${command}" does not take so many arguments.`, {
      hint: 'Secrets are read from stdin or asked for, never taken from the command line, where others can see them.',
    });
  }
}

export class InvalidValueError extends UsageError {
  readonly code = 'cli.invalid_value';
  constructor(where: string, problem: string, hint?: string) {
    super(`${where}: ${problem}.`, { ...(hint && { hint }), details: { where } });
  }
}
