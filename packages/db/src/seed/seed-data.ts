import type { NewApiToken, NewTokenUsage, NewUsageLimit, NewUser } from '../schema/index.ts';

/** A development user with the token and the limit that go with it. */
export interface SeededUser {
  readonly user: Pick<NewUser, 'id' | 'username' | 'name' | 'role'>;
  /** The token's literal value. Everybody knows it: it must never work in production. */
  readonly token: string;
  readonly tokenRow: Pick<NewApiToken, 'name' | 'projectId' | 'scopes'>;
  readonly limit: Pick<NewUsageLimit, 'maxTokensPerDay' | 'maxRequestsPerMinute' | 'maxCostNanosPerMonth'>;
}

const USD = 1_000_000_000; // nano-dollars

/** A development token narrows nothing: what it may do is up to the role of its user. */
const EVERYTHING = ['*'] as const;

/** Has the usage records, too. */
export const SEEDED_ADMINISTRATOR: SeededUser = {
  user: { id: 'user_admin', username: 'admin', name: 'Development administrator', role: 'admin' },
  token: 'iron_dev_admin_token_001',
  tokenRow: { name: 'Admin development token', projectId: 'project_alpha', scopes: EVERYTHING },
  limit: { maxTokensPerDay: 1_000_000, maxRequestsPerMinute: 60, maxCostNanosPerMonth: 100 * USD },
};

/** The development data: who there is. */
export const SEEDED_USERS: readonly SeededUser[] = [
  SEEDED_ADMINISTRATOR,
  {
    user: { id: 'user_project_manager', username: 'project_manager', name: 'Development manager', role: 'user' },
    token: 'iron_dev_pm_token_002',
    tokenRow: { name: 'Project manager development token', projectId: 'project_beta', scopes: EVERYTHING },
    limit: { maxTokensPerDay: 500_000, maxRequestsPerMinute: 30, maxCostNanosPerMonth: 50 * USD },
  },
  {
    user: { id: 'user_viewer', username: 'viewer', name: 'Development viewer', role: 'viewer' },
    token: 'iron_dev_viewer_token_003',
    tokenRow: { name: 'Viewer development token', projectId: 'project_beta', scopes: EVERYTHING },
    limit: { maxTokensPerDay: 100_000, maxRequestsPerMinute: 10, maxCostNanosPerMonth: 10 * USD },
  },
];

/** A call of the administrator's token, `daysAgo` days before the data was put in. */
export type SeededUsage = Pick<NewTokenUsage, 'provider' | 'model' | 'inputTokens' | 'outputTokens' | 'costNanos'> & {
  readonly requestId: string;
  readonly daysAgo: number;
};

/** One call a day over a week. */
export const SEEDED_USAGE: readonly SeededUsage[] = [
  usage(6, 'openai', 'gpt-4o', 1_200, 400, 7_000_000),
  usage(5, 'openai', 'gpt-4o-mini', 3_500, 900, 1_065_000),
  usage(4, 'anthropic', 'claude-sonnet-4-5', 2_000, 800, 18_000_000),
  usage(3, 'openai', 'gpt-4o', 800, 250, 4_500_000),
  usage(2, 'anthropic', 'claude-haiku-4-5', 5_000, 1_500, 12_500_000),
  usage(1, 'openai', 'gpt-4o-mini', 10_000, 2_000, 2_700_000),
  usage(0, 'anthropic', 'claude-sonnet-4-5', 1_500, 600, 13_500_000),
];

/** Marks the prices of the development data: they are made up once and never looked up. */
export const SEED_PRICE_VERSION = 'development-seed';

function usage(
  daysAgo: number,
  provider: string,
  model: string,
  inputTokens: number,
  outputTokens: number,
  costNanos: number,
): SeededUsage {
  const requestId = `development-seed-${7 - daysAgo}`;
  return { requestId, daysAgo, provider, model, inputTokens, outputTokens, costNanos };
}
