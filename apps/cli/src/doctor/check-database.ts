import { type DatabaseLifecycle, VERIFY_CHECKS } from '@iron/db';
import { checkOf, type DoctorCheck, skipped } from './doctor-check.ts';
import { knownEnvironment } from './known-environment.ts';

/** The checks of `iron db verify`. Those that it leaves out, because another one found too much, are named as skipped. */
export async function checkDatabase(lifecycle: DatabaseLifecycle, env: NodeJS.ProcessEnv): Promise<DoctorCheck[]> {
  const { checks } = await lifecycle.verify({ environment: knownEnvironment(env) });
  const broken = checks.find(({ problems }) => problems.length > 0)?.check;
  return VERIFY_CHECKS.map((check) => {
    const found = checks.find((result) => result.check === check);
    return found ? checkOf(check, found) : skipped(check, `${broken} comes first`);
  });
}
