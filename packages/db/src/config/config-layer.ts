import type { ConfigProblem } from './config-errors.ts';
import type { Setting } from './settings.ts';

/** Where a value was found. Lines count from 1. */
export type ConfigSource =
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'file'; readonly file: string; readonly line: number }
  | { readonly kind: 'default' };

export interface ConfigEntry {
  readonly value: unknown;
  readonly source: ConfigSource;
}

/** The values that one place gives, not yet checked against their settings. */
export interface ConfigLayer {
  readonly values: ReadonlyMap<Setting<unknown>, ConfigEntry>;
  readonly problems: readonly ConfigProblem[];
  /** What a relative database path in it is relative to. */
  readonly folder: string;
}

/** `DATABASE_URL`, `/srv/iron/config.prod.toml:3` or `default`. */
export function describeSource(source: ConfigSource): string {
  if (source.kind === 'environment') return source.variable;
  return source.kind === 'file' ? `${source.file}:${source.line}` : 'default';
}
