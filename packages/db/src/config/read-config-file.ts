import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parse, TomlError, type TomlTable } from 'smol-toml';
import { InvalidConfigError, ConfigFileNotFoundError, UnreadableConfigFileError } from './config-errors.ts';
import type { ConfigLayer } from './config-layer.ts';
import type { Environment } from '../connection/environment.ts';
import { ENVIRONMENTS, environmentOfFileName } from './environment.ts';
import { locateKeys } from './locate-keys.ts';
import { readSections } from './read-sections.ts';

/** A configuration file as it was read. */
export interface ConfigFile extends ConfigLayer {
  readonly path: string;
  readonly environment: Environment;
}

/**
 * Reads a configuration file. Its environment is told by its name (`config.prod.toml`), or, under any other name, by
 * its one section that is named after an environment.
 *
 * @param path absolute, or relative to `folder`
 * @throws {ConfigFileNotFoundError} there is nothing at `path`
 * @throws {UnreadableConfigFileError} it is not a file, may not be read, or is not TOML
 * @throws {InvalidConfigError} its environment cannot be told
 */
export function readConfigFile(path: string, folder: string): ConfigFile {
  const absolute = resolve(folder, path);
  const toml = readText(absolute);
  const table = parseToml(absolute, toml);
  const environment = environmentOfFileName(basename(absolute)) ?? environmentOfSections(absolute, table);
  const layer = readSections({ path: absolute, table, keys: locateKeys(toml), environment });
  return { ...layer, path: absolute, environment, folder: dirname(absolute) };
}

function readText(path: string): string {
  let bytes: Buffer;
  try {
    const status = statSync(path);
    if (!status.isFile())
      throw new UnreadableConfigFileError(path, status.isDirectory() ? 'it is a folder' : 'it is no file');
    bytes = readFileSync(path);
  } catch (error) {
    throw explainFileError(path, error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UnreadableConfigFileError(path, 'it is not text in UTF-8');
  }
}

function explainFileError(path: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return new ConfigFileNotFoundError(path);
  if (code === 'EACCES' || code === 'EPERM')
    return new UnreadableConfigFileError(path, 'its permissions forbid reading it');
  return error;
}

function parseToml(path: string, toml: string): TomlTable {
  try {
    return parse(toml, { integersAsBigInt: true });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // No cause: the parser's error quotes the lines around, and those may hold a secret.
    const [firstLine = ''] = error.message.split('\n');
    throw new UnreadableConfigFileError(path, firstLine.replace('Invalid TOML document: ', ''), error);
  }
}

function environmentOfSections(path: string, table: TomlTable): Environment {
  const named = ENVIRONMENTS.filter((environment) => Object.hasOwn(table, environment));
  const [environment] = named;
  if (environment !== undefined && named.length === 1) return environment;
  const found = named.length === 0 ? 'none of them' : named.map((name) => `[${name}]`).join(' and ');
  throw new InvalidConfigError([
    {
      where: path,
      text: `which environment it is for cannot be told; expected a name such as config.prod.toml, or exactly one of the sections [development], [test] and [production], found ${found}.`,
    },
  ]);
}
