import type { IronDatabase, LogLevel } from '@iron/db';
import type { DestinationStream } from 'pino';
import { collectDefaultMetrics } from 'prom-client';
import type { AnsweredRequest } from '../api.ts';
import { readVersion } from '../version.ts';
import { openLog, type ServerLog } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';

/** What an operator sees of a server: its log and its metrics. */
export interface Watch extends AsyncDisposable {
  readonly version: string;
  readonly log: ServerLog;
  readonly metrics: Metrics;
  readonly onAnswered: (request: AnsweredRequest) => void;
}

export interface WatchOptions {
  readonly now?: () => number;
  readonly logLevel?: LogLevel;
  readonly logTo?: DestinationStream | undefined;
}

export function openWatch(database: IronDatabase, options: WatchOptions): Watch {
  const { now = Date.now, logLevel = 'info', logTo } = options;
  const version = readVersion();
  const log = openLog(logLevel, logTo);
  const metrics = createMetrics({ database, now, version });
  collectDefaultMetrics({ register: metrics.registry });
  const endOfCommits = database.onCommit((commit) => metrics.committed(commit));
  return {
    version,
    log,
    metrics,
    onAnswered(request) {
      metrics.answered(request);
      log.answered(request);
    },
    async [Symbol.asyncDispose]() {
      endOfCommits();
      await log.close();
    },
  };
}
