import type { LogLevel } from '@iron/db';
import { isIronError } from '@iron/errors';
import { destination as openFile, type DestinationStream, pino, stdTimeFunctions } from 'pino';
import type { AnsweredRequest } from '../api.ts';
import { describeError } from './describe-error.ts';

/** The log of a server: a line of JSON for each request and each failure. No secret gets into it. */
export interface ServerLog {
  /** One request: what it was and what became of it, but never its path, its query, a header or a body. */
  answered(request: AnsweredRequest): void;
  /** A failure of the server's own, with where it happened. */
  failed(during: string, error: unknown, facts?: Facts): void;
  /** What the server does. */
  says(message: string, facts?: Facts): void;
  /** Resolves when all is written; what comes later is dropped. */
  close(): Promise<void>;
}

/** None of them is secret. */
type Facts = Readonly<Record<string, string | number>>;

const STDERR = 2;
/** What is kept in memory while the log cannot be written, because its disk is full or its reader is slow. */
const MOST_UNWRITTEN = 16 * 1024 * 1024;
/** Under load many lines are written at once; a single one waits no longer than this. */
const WRITTEN_AT_ONCE = 4_096;
const LONGEST_WAIT_MS = 100;
const LONGEST_CLOSE_MS = 1_000;
/** Asked for every few seconds, by programs. */
const WATCHED = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * Opens the log, on stderr where no other destination is given. It is written aside, so that no request waits for it; a
 * log that cannot be written loses lines, and never a request.
 */
export function openLog(level: LogLevel, destination?: DestinationStream): ServerLog {
  let isGivenUp = false;
  const stderr = destination
    ? undefined
    : openFile({
        fd: STDERR,
        sync: false,
        maxLength: MOST_UNWRITTEN,
        minLength: WRITTEN_AT_ONCE,
        periodicFlush: LONGEST_WAIT_MS,
        retryEAGAIN: () => !isGivenUp,
      });
  stderr?.on('error', () => {
    stderr.flushSync = () => undefined; // at the end of the process it would try for ever
  });
  const logger = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.epochTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ?? stderr,
  );
  let isClosed = false;
  return {
    answered(request) {
      if (!isClosed) logger[levelOf(request)](factsOf(request), 'request');
    },
    failed(during, error, facts) {
      if (!isClosed) logger.error({ ...facts, during, error: describeError(error) }, 'failure');
    },
    says(message, facts) {
      if (!isClosed) logger.info(facts ?? {}, message);
    },
    async close() {
      if (isClosed || !stderr) return;
      isClosed = true;
      const closed = new Promise<void>((resolve) => void stderr.once('close', () => resolve()));
      const timer = setTimeout(() => {
        isGivenUp = true; // or it would be tried again and again, and the process would not end
        stderr.destroy();
      }, LONGEST_CLOSE_MS);
      stderr.end();
      await closed;
      clearTimeout(timer);
    },
  };
}

/** Of what the client did wrong this is enough; what failed by itself has a line of its own. */
function nameOf(error: Error): object {
  return { name: error.name, ...(isIronError(error) && { code: error.code }) };
}

function levelOf({ status, route }: AnsweredRequest): 'error' | 'warn' | 'info' | 'debug' {
  if (status >= 500) return status === 503 ? 'warn' : 'error';
  return route !== null && WATCHED.has(route) ? 'debug' : 'info';
}

function factsOf({ requestId, method, route, status, milliseconds, principal, error }: AnsweredRequest): object {
  return {
    requestId,
    method,
    route,
    status,
    ms: Math.round(milliseconds * 1_000) / 1_000,
    tokenId: principal?.token?.tokenId,
    userId: principal?.userId,
    ...(error && { error: status === 503 ? describeError(error) : nameOf(error) }),
  };
}
