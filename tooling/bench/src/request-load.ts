import autocannon from 'autocannon';
import { percentileOf } from './median.ts';

export const CONNECTIONS = 64;

/** What one run of a load measured, in milliseconds. */
export interface LoadFigures {
  /** What a request takes of the time of all. */
  readonly share: number;
  readonly median: number;
  /** All but one in a hundred are answered sooner. */
  readonly slow: number;
  readonly requests: number;
}

/** Sends requests over 64 connections, each the next one as soon as it has its answer. */
export async function sendRequests(url: string, seconds: number, requests: autocannon.Request[]): Promise<LoadFigures> {
  const times: number[] = [];
  const failures: number[] = [];
  const start = performance.now();
  const ended = Promise.withResolvers<void>();
  const run = autocannon({ url, connections: CONNECTIONS, duration: seconds, sampleInt: 100, requests }, () =>
    ended.resolve(),
  );
  run.on('response', (_client, status, _bytes, milliseconds) => {
    times.push(milliseconds);
    if (status >= 300) failures.push(status);
  });
  await ended.promise;
  if (failures.length > 0) throw new Error(`${failures.length} requests failed, the first with ${failures[0]}.`);
  return {
    share: (performance.now() - start) / times.length,
    median: percentileOf(times, 0.5),
    slow: percentileOf(times, 0.99),
    requests: times.length,
  };
}
