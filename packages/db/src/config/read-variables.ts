import type { ConfigProblem } from './config-errors.ts';
import type { ConfigLayer } from './config-layer.ts';
import type { Environment } from '../connection/environment.ts';
import { editDistance } from '@iron/errors';
import { ALL_SETTINGS, sectionName, variableName } from './settings.ts';

/**
 * What the environment variables give. Those of another environment's section are not read.
 *
 * @param folder what a relative database path in a variable is relative to
 */
export function readVariables(environment: Environment, variables: NodeJS.ProcessEnv, folder: string): ConfigLayer {
  const values = ALL_SETTINGS.flatMap((setting) => {
    const variable = variableName(setting, environment);
    const text = variables[variable];
    if (text === undefined) return [];
    return [[setting, { value: setting.readText(text), source: { kind: 'environment', variable } }] as const];
  });
  return { values: new Map(values), problems: findMisspelt(environment, variables), folder };
}

/**
 * Variables that were surely meant for Iron but are not read. `DATABASE_…` belongs to other programs too, so a name
 * counts only if it is within two letters of a long name of ours: `DATABASE_AUTOMIGRATE` does, `DATABASE_USER` does not.
 */
function findMisspelt(environment: Environment, variables: NodeJS.ProcessEnv): ConfigProblem[] {
  const known = ALL_SETTINGS.map((setting) => ({ setting, variable: variableName(setting, environment) }));
  return Object.keys(variables).flatMap((name) => {
    if (known.some(({ variable }) => variable === name)) return [];
    const meant = known.find(({ setting, variable }) => {
      const prefix = `${sectionName(setting.section, environment).toUpperCase()}_`;
      const allowed = Math.min(2, Math.floor(setting.key.length / 4));
      return name.startsWith(prefix) && editDistance(name, variable) <= allowed;
    });
    return meant
      ? [{ where: name, text: `unknown variable; did you mean ${meant.variable}? Rename or unset it.` }]
      : [];
  });
}
