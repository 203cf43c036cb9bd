import autocannon from 'autocannon';
import { percentileOf } from './median.ts';

/** Over so many connections unless there is a reason for more or fewer. */
export const CONNECTIONS = 64;

/** How requests are sent. */
export interface RequestLoad {
  readonly connections: number;
  readonly seconds: number;
}

/** What one run of a load measured, in milliseconds. */
export interface LoadFigures {
  /** What a request takes of the time of all. */
  readonly share: number;
  readonly median: number;
  /** All but one in a hundred are answered sooner. */
  readonly slow: number;
  readonly requests: number;
  /** How much of the time this process, which sends them, was busy: at 1 it could not have sent more. */
  readonly busy: number;
}

/**
 * Sends requests over so many connections, each the next one as soon as it has its answer. Where there were fewer answers
 * than connections, it is done anew for twice as long: who has waited for all that time is in no figure.
 *
 * @throws {Error} one of them was refused, or had no answer in ten seconds
 */
export async function sendRequests(
  url: string,
  load: RequestLoad,
  requests: autocannon.Request[],
): Promise<LoadFigures> {
  const figures = await sendFor(url, load, requests);
  if (figures.requests >= load.connections) return figures;
  return await sendRequests(url, { ...load, seconds: load.seconds * 2 }, requests);
}

async function sendFor(
  url: string,
  { connections, seconds }: RequestLoad,
  requests: autocannon.Request[],
): Promise<LoadFigures> {
  const times: number[] = [];
  const failures: number[] = [];
  const start = performance.now();
  const before = performance.eventLoopUtilization();
  const ended = Promise.withResolvers<autocannon.Result>();
  const run = autocannon({ url, connections, duration: seconds, sampleInt: 100, requests }, (error, result) => {
    if (error) ended.reject(error);
    else ended.resolve(result);
  });
  run.on('response', (_client, status, _bytes, milliseconds) => {
    times.push(milliseconds);
    if (status >= 300) failures.push(status);
  });
  const { errors } = await ended.promise;
  if (failures.length > 0) throw new Error(`${failures.length} requests failed, the first with ${failures[0]}.`);
  if (errors > 0) throw new Error(`${errors} requests had no answer.`);
  return {
    share: (performance.now() - start) / times.length,
    median: percentileOf(times, 0.5),
    slow: percentileOf(times, 0.99),
    requests: times.length,
    busy: performance.eventLoopUtilization(before).utilization,
  };
}
