import { resolve } from 'node:path';
import type { z } from 'zod';
import { InvalidDatabaseUrlError, parseDatabaseUrl, type DatabaseLocation } from '../connection/database-url.ts';
import { describeSource, type ConfigLayer, type ConfigSource } from './config-layer.ts';
import { InvalidConfigError, type ConfigProblem } from './config-errors.ts';
import type { Environment } from '../connection/environment.ts';
import { findConflicts } from './find-conflicts.ts';
import { type KeptPayloads, type LogLevel, settingName, SETTINGS, type Setting } from './settings.ts';
import { showValue } from './show-value.ts';

/** A checked value and where it came from. */
export interface Resolved<Value> {
  readonly value: Value;
  readonly source: ConfigSource;
}

/** Every setting of a configuration. `location` is what `url` means, with the password of `passwordFile` if there is one. */
export interface ResolvedSettings {
  readonly location: DatabaseLocation;
  readonly url: Resolved<string>;
  /** Absolute. */
  readonly passwordFile: Resolved<string> | undefined;
  readonly maxConnections: Resolved<number>;
  readonly autoMigrate: Resolved<boolean>;
  readonly foreignKeys: Resolved<boolean>;
  readonly host: Resolved<string>;
  readonly port: Resolved<number>;
  readonly corsOrigins: Resolved<readonly string[]>;
  readonly logLevel: Resolved<LogLevel>;
  readonly tracePayloads: Resolved<KeptPayloads>;
  readonly debug: Resolved<boolean>;
  readonly autoSeed: Resolved<boolean>;
}

export interface SettingsSources {
  readonly environment: Environment;
  /** The strongest first. */
  readonly layers: readonly ConfigLayer[];
  /** Where PGPASSWORD and PGPASSFILE count. */
  readonly variables: NodeJS.ProcessEnv;
  /** What a relative path in the default URL is relative to. */
  readonly folder: string;
  /** Where an error about a URL that is set nowhere points to. */
  readonly file: string;
}

/** How many connections a database in a file or of a server has where nothing is configured. A database in memory has one. */
const USUAL_CONNECTIONS = 5;

const DEFAULT_URLS: Readonly<Record<Environment, string | undefined>> = {
  development: 'sqlite:///./dev_tokens.db?mode=rwc',
  test: 'sqlite::memory:',
  production: undefined,
};

/**
 * Takes each setting from the first layer that has it, or its default. Every layer is checked whole: a wrong value is
 * an error also where a stronger layer replaces it.
 *
 * @throws {InvalidConfigError} with everything that is wrong
 */
export function resolveSettings(sources: SettingsSources): ResolvedSettings {
  const problems = sources.layers.flatMap((layer) => layer.problems);
  const take = <Value>(setting: Setting<Value>, fallback: Value): Resolved<Value> => {
    const found = sources.layers.map((layer) => checkValue(setting, layer, sources.environment, problems));
    return found.find((value) => value !== undefined) ?? { value: fallback, source: { kind: 'default' } };
  };
  const database = takeDatabase(sources, problems);
  const settings = {
    maxConnections: take(SETTINGS.maxConnections, database?.location.kind === 'memory' ? 1 : USUAL_CONNECTIONS),
    autoMigrate: take(SETTINGS.autoMigrate, true),
    foreignKeys: take(SETTINGS.foreignKeys, true),
    host: take(SETTINGS.host, '127.0.0.1'),
    port: take(SETTINGS.port, 3_000),
    corsOrigins: take(SETTINGS.corsOrigins, []),
    logLevel: take(SETTINGS.logLevel, 'info'),
    tracePayloads: take(SETTINGS.tracePayloads, 'off'),
    debug: take(SETTINGS.debug, false),
    autoSeed: take(SETTINGS.autoSeed, false),
  };
  if (database === undefined) throw new InvalidConfigError(problems);
  const resolved = { ...database, ...settings, passwordFile: takePasswordFile(sources, problems) };
  problems.push(...findConflicts(resolved, sources.environment));
  if (problems.length > 0) throw new InvalidConfigError(problems);
  return { ...resolved, location: withPasswordFile(resolved) };
}

function checkValue<Value>(
  setting: Setting<Value>,
  layer: ConfigLayer,
  environment: Environment,
  problems: ConfigProblem[],
): Resolved<Value> | undefined {
  const given = layer.values.get(setting);
  if (given === undefined) return undefined;
  const parsed = setting.schema.safeParse(given.value);
  if (parsed.success) return { value: parsed.data, source: given.source };
  const found = showValue(wrongPart(given.value, parsed.error.issues));
  const text = `${settingName(setting, environment)} must be ${setting.expected}, found ${found}.`;
  problems.push({ where: describeSource(given.source), text });
  return undefined;
}

/** What is wrong with a list is the first of its parts that does not fit. */
function wrongPart(value: unknown, [issue]: readonly z.core.$ZodIssue[]): unknown {
  const index = issue?.path[0];
  return Array.isArray(value) && typeof index === 'number' ? value[index] : value;
}

type ResolvedDatabase = Pick<ResolvedSettings, 'url' | 'location'>;

function takeDatabase(sources: SettingsSources, problems: ConfigProblem[]): ResolvedDatabase | undefined {
  const before = problems.length;
  const given = sources.layers.map((layer) => {
    const url = checkValue(SETTINGS.url, layer, sources.environment, problems);
    return url && locate(url, layer.folder, sources, problems);
  });
  const found = given.find((database) => database !== undefined);
  if (found !== undefined || problems.length > before) return found;
  const url = DEFAULT_URLS[sources.environment];
  if (url !== undefined) return locate({ value: url, source: { kind: 'default' } }, sources.folder, sources, problems);
  const text = `database.url is not set; ${sources.environment} has no default. Set DATABASE_URL, or url = "sqlite:///…" or "postgres://…" below [database].`;
  problems.push({ where: sources.file, text });
  return undefined;
}

function takePasswordFile(sources: SettingsSources, problems: ConfigProblem[]): Resolved<string> | undefined {
  const given = sources.layers.map((layer) => {
    const file = checkValue(SETTINGS.passwordFile, layer, sources.environment, problems);
    return file && { ...file, value: resolve(layer.folder, file.value) };
  });
  return given.find((file) => file !== undefined);
}

function withPasswordFile({ location, passwordFile }: Pick<ResolvedSettings, 'location' | 'passwordFile'>) {
  if (location.kind !== 'postgres' || passwordFile === undefined) return location;
  return { ...location, password: { kind: 'file', path: passwordFile.value } as const };
}

function locate(
  url: Resolved<string>,
  folder: string,
  { variables }: SettingsSources,
  problems: ConfigProblem[],
): ResolvedDatabase | undefined {
  try {
    return { url, location: parseDatabaseUrl(url.value, folder, variables) };
  } catch (error) {
    if (!(error instanceof InvalidDatabaseUrlError)) throw error;
    const text = `database.url ${showValue(url.value)} is refused: ${error.reason}. ${error.hint}`;
    problems.push({ where: describeSource(url.source), text });
    return undefined;
  }
}
