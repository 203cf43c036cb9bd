import { randomInt } from 'node:crypto';
import type { IronDatabase } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import { TokenStorage } from '@iron/tokens';

const PROJECTS = 20;

/** Who makes calls: users with as many tokens each. */
export interface Callers {
  readonly tokens: number;
  readonly users: number;
  /** Whether each user works in a project, where there is a limit of its own. Otherwise a call counts in one limit. */
  readonly inProjects: boolean;
}

/** @returns the secrets, which are known here only */
export async function addTokens(database: IronDatabase, { tokens, users, inProjects }: Callers): Promise<string[]> {
  const storage = await TokenStorage.open(database);
  const created = Array.from({ length: tokens }, async (_, number) => {
    const owner = number % users;
    return await storage.createToken({ userId: `user_${owner}`, ...(inProjects && { projectId: projectOf(owner) }) });
  });
  return (await Promise.all(created)).map(({ secret }) => secret);
}

/** Every user has a limit, and perhaps one in the project; each of tokens, requests and cost, with room for everything. */
export async function addLimits(database: IronDatabase, { users, inProjects }: Callers): Promise<void> {
  const enforcer = await LimitEnforcer.open(database);
  const maxima = {
    maxTokensPerDay: Number.MAX_SAFE_INTEGER,
    maxRequestsPerMinute: Number.MAX_SAFE_INTEGER,
    maxCostNanosPerMonth: Number.MAX_SAFE_INTEGER,
  };
  const limits = Array.from({ length: users }, async (_, owner) => {
    const userId = `user_${owner}`;
    await enforcer.createLimit({ userId, ...maxima });
    if (inProjects) await enforcer.createLimit({ userId, projectId: projectOf(owner), ...maxima });
  });
  await Promise.all(limits);
}

/** Any of the secrets. */
export function anyOf(secrets: readonly string[]): string {
  return secrets[randomInt(secrets.length)] ?? '';
}

function projectOf(owner: number): string {
  return `project_${owner % PROJECTS}`;
}
