import { loadConfig } from '@iron/db';
import type { Context } from '../context.ts';

/** Whether the configuration asks for stack traces, as `--verbose` does. One that cannot be read asks for nothing. */
export function isDebugConfigured({ cwd, env }: Pick<Context, 'cwd' | 'env'>): boolean {
  try {
    return loadConfig({ folder: cwd, environment: env }).debug;
  } catch {
    return false;
  }
}
