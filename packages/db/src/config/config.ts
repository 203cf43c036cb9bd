import type { DatabaseLocation } from '../connection/database-url.ts';
import { maskUrl } from '../connection/mask-url.ts';
import type { ConfigSource } from './config-layer.ts';
import { InvalidConfigError } from './config-errors.ts';
import type { Environment } from '../connection/environment.ts';
import { readEnvironment } from './environment.ts';
import { readConfigFile } from './read-config-file.ts';
import { readVariables } from './read-variables.ts';
import { resolveSettings, type ResolvedSettings } from './resolve-settings.ts';
import { type KeptPayloads, type LogLevel, settingName, SETTINGS } from './settings.ts';

/** One value of a configuration, fit to be shown, and where it came from. */
export interface ConfigValue {
  /** `database.url`, `development.debug`. */
  readonly key: string;
  /** Secrets in it are masked. */
  readonly value: string | number | boolean | readonly string[];
  readonly source: ConfigSource;
}

/** Where a configuration is read from. */
export interface ConfigOptions {
  /** The folder that is searched first, and that relative paths in variables are relative to. Default: the process's. */
  readonly folder?: string;
  /** The variables that override the file. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** A complete, checked configuration. Made by `loadConfig` or {@link Config.fromFile}; it never changes. */
export class Config {
  readonly environment: Environment;
  /** The configuration file, absolute; null if there is none. */
  readonly file: string | null;
  readonly database: {
    readonly url: string;
    /** With the password of `password_file`, if that is set. */
    readonly location: DatabaseLocation;
    /** 1 to 100. */
    readonly maxConnections: number;
    readonly autoMigrate: boolean;
    readonly foreignKeys: boolean;
  };
  readonly server: {
    /** Where it listens: a name or an address. */
    readonly host: string;
    /** 0: any that is free. */
    readonly port: number;
    /** The web pages that may call the API, by their origins. */
    readonly corsOrigins: readonly string[];
    readonly logLevel: LogLevel;
    /** Whether traces keep what was sent and answered. */
    readonly tracePayloads: KeptPayloads;
  };
  /** Whether errors are to be printed with their stack. */
  readonly debug: boolean;
  /** Whether opening seeds the database. Never true in production. */
  readonly autoSeed: boolean;
  readonly #settings: ResolvedSettings;

  constructor(environment: Environment, settings: ResolvedSettings, file: string | null) {
    this.environment = environment;
    this.file = file;
    this.database = Object.freeze({
      url: settings.url.value,
      location: settings.location,
      maxConnections: settings.maxConnections.value,
      autoMigrate: settings.autoMigrate.value,
      foreignKeys: settings.foreignKeys.value,
    });
    this.server = Object.freeze({
      host: settings.host.value,
      port: settings.port.value,
      corsOrigins: Object.freeze([...settings.corsOrigins.value]),
      logLevel: settings.logLevel.value,
      tracePayloads: settings.tracePayloads.value,
    });
    this.debug = settings.debug.value;
    this.autoSeed = settings.autoSeed.value;
    this.#settings = settings;
    Object.freeze(this);
  }

  /**
   * The configuration that one file describes: what it says, and defaults. Environment variables change nothing
   * unless they are handed over: `Config.fromFile(path, { environment: process.env })`.
   *
   * The environment is told by the file's name (`config.prod.toml`), or else by its one section named after one.
   *
   * @throws {ConfigFileNotFoundError | UnreadableConfigFileError} there is no such file, or it is not TOML
   * @throws {InvalidConfigError} something in it, or in a variable, is wrong
   */
  static fromFile(path: string, options: ConfigOptions = {}): Config {
    const { folder = process.cwd(), environment: variables = {} } = options;
    const file = readConfigFile(path, folder);
    if (variables['IRON_ENV'] !== undefined && readEnvironment(variables) !== file.environment) {
      const text = `is ${variables['IRON_ENV']}, but ${file.path} is for ${file.environment}.`;
      throw new InvalidConfigError([{ where: 'IRON_ENV', text }]);
    }
    const layers = [readVariables(file.environment, variables, folder), file];
    const sources = { environment: file.environment, variables, layers, folder: file.folder, file: file.path };
    return new Config(file.environment, resolveSettings(sources), file.path);
  }

  /** Every value that is in effect with its source, in the order of the documentation. */
  sources(): ConfigValue[] {
    const { url, passwordFile, maxConnections, autoMigrate, foreignKeys } = this.#settings;
    const { host, port, corsOrigins, logLevel, tracePayloads, debug, autoSeed } = this.#settings;
    const name = (setting: keyof typeof SETTINGS) => settingName(SETTINGS[setting], this.environment);
    return [
      { key: name('url'), value: maskUrl(url.value), source: url.source },
      ...(passwordFile ? [{ key: name('passwordFile'), ...passwordFile }] : []),
      { key: name('maxConnections'), ...maxConnections },
      { key: name('autoMigrate'), ...autoMigrate },
      { key: name('foreignKeys'), ...foreignKeys },
      { key: name('host'), ...host },
      { key: name('port'), ...port },
      { key: name('corsOrigins'), ...corsOrigins },
      { key: name('logLevel'), ...logLevel },
      { key: name('tracePayloads'), ...tracePayloads },
      { key: name('debug'), ...debug },
      { key: name('autoSeed'), ...autoSeed },
    ];
  }
}
