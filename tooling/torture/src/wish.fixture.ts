import { randomInt } from 'node:crypto';
import { type Engine, type Phase, phaseOf, type Wish } from './plan.ts';

/** A plan by chance, whose first phase is so. */
export function aWish(engine: Engine, isFit: (phase: Phase) => boolean, processes: number): Wish {
  for (;;) {
    const wish: Wish = { engine, seed: randomInt(1, 2 ** 31), seconds: 1, processes };
    if (isFit(phaseOf(wish, 1))) return wish;
  }
}
