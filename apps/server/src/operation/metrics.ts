import type { Commit, IronDatabase } from '@iron/db';
import { LimitExceededError } from '@iron/limits';
import type { RefusalReason } from '@iron/tokens';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AnsweredRequest } from '../api.ts';
import type { WebPage } from '../http/web-page.ts';
import { inTime } from './in-time.ts';

/** What a server counts, for Prometheus. No label says whose a thing is. */
export interface Metrics {
  readonly registry: Registry;
  readonly answered: (request: AnsweredRequest) => void;
  readonly admitted: () => void;
  readonly tokenRefused: (reason: RefusalReason) => void;
  readonly committed: (commit: Commit) => void;
}

export interface MetricsOptions {
  readonly database: IronDatabase;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly version: string;
}

const REQUEST_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const COMMIT_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];
const COMMIT_WRITES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export function createMetrics({ database, now, version }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Histogram({
    name: 'iron_http_request_duration_seconds',
    help: 'Time until the answer to a request was ready. route: the pattern of its path, or none',
    labelNames: ['route', 'method', 'status'],
    buckets: REQUEST_SECONDS,
    registers,
  });
  const admissions = new Counter({
    name: 'iron_admissions_total',
    help: 'Calls that were let through',
    registers,
  });
  const limitRefusals = new Counter({
    name: 'iron_limit_refusals_total',
    help: 'Calls that a limit had no room for, once for each limit. scope: whether it limits the user or the user in a project',
    labelNames: ['dimension', 'scope'],
    registers,
  });
  const tokenRefusals = new Counter({
    name: 'iron_token_refusals_total',
    help: 'Tokens that were refused, those of calls among them, by reason',
    labelNames: ['reason'],
    registers,
  });
  const commitWrites = new Histogram({
    name: 'iron_commit_writes',
    help: 'How many writes were committed together',
    buckets: COMMIT_WRITES,
    registers,
  });
  const commitSeconds = new Histogram({
    name: 'iron_commit_duration_seconds',
    help: 'Time of a commit, with the work in it and its way to disk',
    buckets: COMMIT_SECONDS,
    registers,
  });
  watchHolds(database, now, registry);
  sayBuild(version, registry);
  return {
    registry,
    answered({ route, method, status, milliseconds, error }) {
      const labels = { route: route ?? 'none', method: METHODS.has(method) ? method : 'other', status };
      requests.observe(labels, milliseconds / 1_000);
      if (error instanceof LimitExceededError) countRefusals(error, limitRefusals);
    },
    admitted: () => admissions.inc(),
    tokenRefused: (reason) => tokenRefusals.inc({ reason }),
    committed({ writes, milliseconds }) {
      commitWrites.observe(writes);
      commitSeconds.observe(milliseconds / 1_000);
    },
  };
}

/** `/metrics`, in the text format of Prometheus. */
export function metricsPage({ registry }: Metrics): WebPage {
  return {
    path: '/metrics',
    answer: async (headers) =>
      new Response(await registry.metrics(), { headers: { ...headers, 'content-type': registry.contentType } }),
  };
}

function countRefusals({ refusals }: LimitExceededError, counter: Counter<'dimension' | 'scope'>): void {
  for (const { dimension, projectId } of refusals) {
    counter.inc({ dimension, scope: projectId === null ? 'user' : 'project' });
  }
}

const COUNT_HOLDS = "SELECT count(*) AS open FROM _holds WHERE state = 'held' AND expires_at > ?";

/** Counted in the database, which other processes work on, too. The index of open holds answers it. */
function watchHolds({ reader }: IronDatabase, now: () => number, registry: Registry): void {
  const count = async () => await reader.statement<[number], { readonly open: number }>(COUNT_HOLDS).get(now());
  const open: Gauge = new Gauge({
    name: 'iron_holds_open',
    help: 'Calls under way: what they may use is held',
    registers: [],
    collect: async () => open.set(await countedOrUnknown(count)),
  });
  registry.registerMetric(open);
}

/** A database that cannot be read now is no reason to tell nothing at all. */
async function countedOrUnknown(count: () => Promise<{ readonly open: number } | undefined>): Promise<number> {
  try {
    return (await inTime(count()))?.open ?? 0;
  } catch {
    return Number.NaN;
  }
}

function sayBuild(version: string, registry: Registry): void {
  const build = new Gauge({
    name: 'iron_build_info',
    help: 'Which Iron this is; always 1',
    labelNames: ['version', 'node'],
    registers: [registry],
  });
  build.set({ version, node: process.versions.node }, 1);
}
