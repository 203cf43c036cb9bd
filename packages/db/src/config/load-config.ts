import { resolve } from 'node:path';
import { Config, type ConfigOptions } from './config.ts';
import type { Environment } from '../connection/environment.ts';
import { configFileNames, readEnvironment } from './environment.ts';
import { findConfigFile, foldersToSearch } from './find-config-file.ts';
import { readConfigFile } from './read-config-file.ts';
import { readVariables } from './read-variables.ts';
import { resolveSettings } from './resolve-settings.ts';

/**
 * The configuration of the environment that `IRON_ENV` names: environment variables over the configuration file over
 * defaults. The file is the nearest one from `folder` up to the root of its project; there may be none.
 *
 * @throws {UnknownEnvironmentError} `IRON_ENV` names no environment
 * @throws {AmbiguousConfigFileError | UnreadableConfigFileError} there are two files, or one that is not TOML
 * @throws {InvalidConfigError} some value is wrong, or in production no database URL is set
 */
export function loadConfig(options: ConfigOptions = {}): Config {
  const { environment: variables = process.env } = options;
  const folder = resolve(options.folder ?? '.');
  const environment = readEnvironment(variables);
  const overrides = readVariables(environment, variables, folder);
  const path = findConfigFile(environment, folder);
  if (path === undefined) {
    const file = describeAbsence(environment, folder);
    return new Config(
      environment,
      resolveSettings({ environment, variables, layers: [overrides], folder, file }),
      null,
    );
  }
  const file = readConfigFile(path, folder);
  const sources = { environment, variables, layers: [overrides, file], folder: file.folder, file: path };
  return new Config(environment, resolveSettings(sources), path);
}

function describeAbsence(environment: Environment, folder: string): string {
  const root = foldersToSearch(folder).at(-1) ?? folder;
  const searched = root === folder ? `in ${folder}` : `from ${folder} up to ${root}`;
  return `There is no ${configFileNames(environment).join(' or ')} ${searched}`;
}
