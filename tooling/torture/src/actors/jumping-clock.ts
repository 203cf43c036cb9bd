import type { Random } from '../random.ts';

const DAY_MS = 86_400_000;
const FARTHEST_MS = 2 * DAY_MS;

/** A clock that is set forwards and backwards, and in between goes on as the system's. At most two days from the truth. */
export class JumpingClock {
  readonly #random: Random;
  #aheadMs = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Milliseconds since the epoch. */
  readonly now = (): number => Date.now() + this.#aheadMs;

  jump(): void {
    this.#aheadMs = this.#random.between(-FARTHEST_MS, FARTHEST_MS);
  }
}
