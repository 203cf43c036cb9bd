import { inspect } from 'node:util';
import { isIronError, type ErrorDetails } from '@iron/errors';
import { FAILED, INTERRUPTED, WRONG_USAGE, type ExitCode } from '../exit-code.ts';
import { InterruptedError } from '../input/input-errors.ts';
import type { ErrorDocument } from '../json-documents.ts';
import { UsageError } from '../usage-errors.ts';
import type { Paint } from './paint.ts';
import { visibleText } from './visible-text.ts';

type ErrorReport = ErrorDocument['error'];

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof InterruptedError) return INTERRUPTED;
  return error instanceof UsageError ? WRONG_USAGE : FAILED;
}

export function reportOf(error: unknown): ErrorReport {
  if (isIronError(error)) {
    const { code, message, hint = null, details } = error;
    return { code, message, hint, details };
  }
  return {
    code: 'cli.unexpected',
    message: error instanceof Error ? error.message : String(error),
    hint: 'This is not an error that Iron foresees. Add --verbose to see where it happened.',
    details: systemCodeOf(error),
  };
}

function systemCodeOf(error: unknown): ErrorDetails {
  return error instanceof Error && 'code' in error ? { code: String(error.code) } : {};
}

export function errorText(report: ErrorReport, paint: Paint): string {
  const lines = [...report.message.split('\n'), ...(report.hint ? [report.hint] : [])].map(visibleText);
  return [paint('red', 'Error:'), lines.join('\n')].join(' ');
}

/** Where it happened, causes included. Only for `--verbose`. */
export function stackText(error: unknown): string {
  return inspect(error, { depth: 4 });
}
