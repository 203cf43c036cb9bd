import type { Environment } from '../connection/environment.ts';
import { UnknownEnvironmentError } from './config-errors.ts';

export const ENVIRONMENTS: readonly Environment[] = ['development', 'test', 'production'];

const FILE_NAMES: Readonly<Record<Environment, readonly string[]>> = {
  development: ['config.dev.toml', 'config.development.toml'],
  test: ['config.test.toml'],
  production: ['config.prod.toml', 'config.production.toml'],
};

/** The names that a configuration file of this environment may have. */
export function configFileNames(environment: Environment): readonly string[] {
  return FILE_NAMES[environment];
}

export function environmentOfFileName(name: string): Environment | undefined {
  return ENVIRONMENTS.find((environment) => FILE_NAMES[environment].includes(name));
}

/**
 * The environment that `IRON_ENV` names; development when it is not set.
 *
 * @throws {UnknownEnvironmentError} it is set to anything but development, test or production
 */
export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const name = variables['IRON_ENV'] ?? 'development';
  const environment = ENVIRONMENTS.find((known) => known === name);
  if (environment === undefined) throw new UnknownEnvironmentError(name, ENVIRONMENTS);
  return environment;
}
