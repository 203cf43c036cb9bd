import { IronError, nearestWord } from '@iron/errors';
import { showValue } from './show-value.ts';

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  /** `<absolute path>:<line>`, the path alone where the line is not known, or the name of an environment variable. */
  readonly where: string;
  /** Which key, what it is, what was expected. Never a secret. */
  readonly text: string;
}

/** `IRON_ENV` names no environment. */
export class UnknownEnvironmentError extends IronError {
  readonly code = 'config.unknown_environment';
  constructor(name: string, allowed: readonly string[]) {
    const meant = allowed.find((known) => name !== '' && known.startsWith(name)) ?? nearestWord(name, allowed);
    super(`IRON_ENV is ${showValue(name)}; it must be ${allowed.join(', ')} or not set (${allowed[0]}).`, {
      hint: meant === undefined ? 'Unset it, or set it to one of them.' : `Did you mean IRON_ENV=${meant}?`,
    });
  }
}

/** The file or folder that the caller named does not exist. */
export class ConfigFileNotFoundError extends IronError {
  readonly code = 'config.file_not_found';
  constructor(path: string) {
    super(`${path} does not exist; expected a configuration file in TOML.`, {
      hint: 'Check the path. config.prod.toml is made by copying config.prod.toml.example.',
      details: { path },
    });
  }
}

/** Two names for one environment's file are both in use. */
export class AmbiguousConfigFileError extends IronError {
  readonly code = 'config.ambiguous_file';
  constructor(folder: string, names: readonly string[], environment: string) {
    super(`${folder} holds both ${names.join(' and ')}; expected one file for ${environment}.`, {
      hint: 'Move what is needed into one of them and delete the other.',
      details: { folder },
    });
  }
}

/** The file is there but is not text in TOML. `line` and `column` count from 1. */
export class UnreadableConfigFileError extends IronError {
  readonly code = 'config.unreadable_file';
  constructor(path: string, reason: string, position?: { line: number; column: number }) {
    const [suffix, place] = position
      ? [`:${position.line}:${position.column}`, ` at line ${position.line}, column ${position.column}`]
      : ['', ''];
    super(`${path}${suffix}: this is not readable as TOML: ${reason}${place}.`, {
      hint: 'Expected lines such as `max_connections = 10` below a section such as `[database]`; texts stand in quotes.',
      details: { path, line: position?.line ?? null, column: position?.column ?? null },
    });
  }
}

/** The configuration was read, and some of it is not what it must be. Lists everything that is wrong. */
export class InvalidConfigError extends IronError {
  readonly code = 'config.invalid';
  readonly problems: readonly ConfigProblem[];
  constructor(problems: readonly ConfigProblem[]) {
    const sorted = problems.toSorted((a, b) => a.where.localeCompare(b.where, 'en', { numeric: true }));
    const lines = sorted.map(({ where, text }) => `${where}: ${text}`);
    super(
      lines.length === 1 ? lines.join() : [`The configuration has ${lines.length} problems:`, ...lines].join('\n  '),
      {
        hint: 'Correct what is named here. An environment variable wins over the file, the file over the default.',
        details: { problems: lines.length },
      },
    );
    this.problems = sorted;
  }
}
