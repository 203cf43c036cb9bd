import type { IronDatabase, DatabaseLifecycle } from '@iron/db';
import type { Attempt } from './attempt.ts';
import type { JumpingClock } from './jumping-clock.ts';
import type { Random } from '../random.ts';

/** Who calls: the token of a user. */
export interface Caller {
  readonly userId: string;
  readonly secret: string;
  readonly tokenId: number;
}

/** What an actor works with until it is to stop. */
export interface Actor {
  /** Unique in the run; names of what it makes begin with it. */
  readonly name: string;
  readonly database: IronDatabase;
  readonly lifecycle: DatabaseLifecycle;
  /** Where it may put a database of its own. */
  readonly elsewhere: string;
  readonly callers: readonly [Caller, ...Caller[]];
  readonly clock: JumpingClock;
  readonly random: Random;
  readonly attempt: Attempt;
  isOver(): boolean;
  /** Waits a little, so that an actor does not keep a processor to itself. The clock may jump meanwhile. */
  pause(mostMs?: number): Promise<void>;
  /** A name that nothing in the run has. */
  fresh(): string;
}
