import type { Figures } from './figures.ts';
import { SHAPES } from './large-database.ts';
import { type Machine, describeMachine } from './machine.ts';
import { measurePostgres } from './postgres.ts';
import { measureResets } from './resets.ts';
import type { Scale } from './scale.ts';
import { measureServices } from './services.ts';
import { measureTestDatabases } from './test-databases.ts';

/** Everything that one run measured. */
export interface Benchmark {
  readonly machine: Machine;
  readonly figures: readonly Figures[];
}

/** Runs every part, one after the other; `onFigures` sees each as soon as it is there. */
export async function runBenchmark(scale: Scale, onFigures: (figures: Figures) => void): Promise<Benchmark> {
  const figures: Figures[] = [];
  const add = (part: Figures) => {
    figures.push(part);
    onFigures(part);
  };
  add(await measureTestDatabases(scale.testDatabases));
  for (const shape of SHAPES) add(await measureResets(shape, scale.resets));
  for await (const part of measureServices(scale)) add(part);
  for await (const part of measurePostgres(scale)) add(part);
  return { machine: await describeMachine(), figures };
}
