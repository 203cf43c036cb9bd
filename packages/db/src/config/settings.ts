import { z } from 'zod';
import type { Environment } from '../connection/environment.ts';

/** The part of a configuration file a key stands in: `[database]`, `[server]`, or the one named after the environment. */
export type Section = 'database' | 'server' | 'environment';

const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
/** How much a server logs, from the least on. */
export type LogLevel = (typeof LOG_LEVELS)[number];

const TRACE_PAYLOADS = ['off', 'redacted'] as const;
/** Whether traces keep what was sent and answered: not at all, or without what looks like a secret. */
export type KeptPayloads = (typeof TRACE_PAYLOADS)[number];

/** One key of the configuration: its name, what it accepts, and how an environment variable spells that. */
export interface Setting<Value> {
  readonly section: Section;
  readonly key: string;
  /** What the value has to be, for an error: "… must be <expected>". */
  readonly expected: string;
  readonly schema: z.ZodType<Value>;
  /** The value that the text of an environment variable stands for. Text that stands for none stays text. */
  readonly readText: (text: string) => unknown;
}

/** The most connections that `database.max_connections` allows. */
const MOST_CONNECTIONS = 100;
const HIGHEST_PORT = 65_535;

export const SETTINGS = {
  url: text('database', 'url', 'a database URL'),
  passwordFile: text('database', 'password_file', 'the path of a file'),
  maxConnections: wholeNumber('database', 'max_connections', { from: 1, to: MOST_CONNECTIONS }),
  autoMigrate: trueOrFalse('database', 'auto_migrate'),
  foreignKeys: trueOrFalse('database', 'foreign_keys'),
  host: text('server', 'host', 'a host name or an IP address'),
  port: wholeNumber('server', 'port', { from: 0, to: HIGHEST_PORT }),
  corsOrigins: origins('server', 'cors_origins'),
  logLevel: oneOf('server', 'log_level', LOG_LEVELS),
  tracePayloads: oneOf('server', 'trace_payloads', TRACE_PAYLOADS),
  debug: trueOrFalse('environment', 'debug'),
  autoSeed: trueOrFalse('environment', 'auto_seed'),
} as const;

export const ALL_SETTINGS: readonly Setting<unknown>[] = Object.values(SETTINGS);

/** `database`, `server`, or the name of the environment. */
export function sectionName(section: Section, environment: Environment): string {
  return section === 'environment' ? environment : section;
}

/** The sections that a file of this environment may have, in the order of the documentation. */
export function sectionNames(environment: Environment): string[] {
  return [...new Set(ALL_SETTINGS.map(({ section }) => sectionName(section, environment)))];
}

/** `database.max_connections`, `production.debug`. */
export function settingName(setting: Setting<unknown>, environment: Environment): string {
  return `${sectionName(setting.section, environment)}.${setting.key}`;
}

/** The rule for every key: `<SECTION>_<KEY>` in capitals, as in `DATABASE_MAX_CONNECTIONS` or `PRODUCTION_DEBUG`. */
export function variableName(setting: Setting<unknown>, environment: Environment): string {
  return settingName(setting, environment).replace('.', '_').toUpperCase();
}

function text(section: Section, key: string, expected: string): Setting<string> {
  return { section, key, expected, schema: z.string().min(1), readText: (value) => value };
}

function trueOrFalse(section: Section, key: string): Setting<boolean> {
  return { section, key, expected: 'true or false', schema: z.boolean(), readText: readBoolean };
}

function oneOf<Value extends string>(section: Section, key: string, values: readonly Value[]): Setting<Value> {
  const expected = `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
  return { section, key, expected, schema: z.enum(values), readText: (value) => value };
}

function origins(section: Section, key: string): Setting<readonly string[]> {
  const schema = z.array(z.string().refine(isOrigin)).readonly();
  const expected = 'a list of origins such as https://iron.example.com';
  return { section, key, expected, schema, readText: (value) => value.split(',') };
}

/** Written as browsers write an origin, so that the two can be compared: no path, no usual port. */
function isOrigin(value: string): boolean {
  return /^https?:/.test(value) && URL.parse(value)?.origin === value;
}

/** Whole numbers arrive as bigint, so that 10.0, which TOML calls a float, can be told from 10. */
function wholeNumber(section: Section, key: string, range: { from: number; to: number }): Setting<number> {
  const schema = z.bigint().min(BigInt(range.from)).max(BigInt(range.to)).transform(Number);
  return {
    section,
    key,
    expected: `a whole number from ${range.from} to ${range.to}`,
    schema,
    readText: readWholeNumber,
  };
}

function readBoolean(value: string): boolean | string {
  return value === 'true' || value === 'false' ? value === 'true' : value;
}

function readWholeNumber(value: string): bigint | string {
  return /^(0|[1-9][0-9]*)$/.test(value) ? BigInt(value) : value;
}
