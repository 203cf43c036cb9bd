import type { Figures } from './figures.ts';
import type { Part } from './part.ts';
import type { Stage } from './stage.ts';

/** What one part measured, and how long it took to do so. */
export interface Measured extends Figures {
  readonly part: string;
  readonly seconds: number;
}

/** Runs these parts, one after the other, and tells what each has measured as soon as it has. */
export async function* runBenchmark(stage: Stage, parts: readonly Part[]): AsyncGenerator<Measured> {
  for (const { name, measure } of parts) {
    let began = performance.now();
    for await (const figures of measure(stage)) {
      yield { ...figures, part: name, seconds: (performance.now() - began) / 1_000 };
      began = performance.now();
    }
  }
}
