import { type Findings, NOTHING_FOUND } from './doctor-check.ts';
import { knownEnvironment } from './known-environment.ts';

/** Whether a database of production is looked after as one. */
export function checkEnvironment(isOfProduction: boolean, env: NodeJS.ProcessEnv): Findings {
  const environment = knownEnvironment(env);
  if (!isOfProduction || environment === 'production') return NOTHING_FOUND;
  const problem = `the database is one of production, and commands here make tokens for ${environment}`;
  return { problems: [problem], hint: 'Set IRON_ENV=production.', verdict: 'warning' };
}
