import { loadConfig } from '@iron/db';
import type { Context } from '../context.ts';
import { type Findings, NOTHING_FOUND } from './doctor-check.ts';

/**
 * Whether the configuration is one to run with.
 *
 * @throws {IronError} it cannot be used at all
 */
export function checkConfiguration({ cwd, env }: Pick<Context, 'cwd' | 'env'>): Findings {
  const { environment, debug, database } = loadConfig({ folder: cwd, environment: env });
  const problems = [
    ...(environment === 'production' && debug ? ['production.debug is true: errors are printed with their stack'] : []),
    ...(database.foreignKeys ? [] : ['database.foreign_keys is false: a row may refer to one that does not exist']),
  ];
  if (problems.length === 0) return NOTHING_FOUND;
  return { problems, hint: '`iron config` says where each value comes from.', verdict: 'warning' };
}

/** The configuration file of production, which is nobody else's business; null where there is none. */
export function privateConfiguration({ cwd, env }: Pick<Context, 'cwd' | 'env'>): string | null {
  try {
    const { environment, file } = loadConfig({ folder: cwd, environment: env });
    return environment === 'production' ? file : null;
  } catch {
    return null; // said by checkConfiguration
  }
}
