import { readEnvironment } from '@iron/db';

/** The environment that IRON_ENV names. What is wrong with it is said by the check of the configuration. */
export function knownEnvironment(env: NodeJS.ProcessEnv): ReturnType<typeof readEnvironment> {
  try {
    return readEnvironment(env);
  } catch {
    return 'development';
  }
}
