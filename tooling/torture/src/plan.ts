import type { Act } from './actors/act.ts';
import { type Fault, FAULTS } from './faults.ts';
import { Random } from './random.ts';

/** What is tortured. */
export type Engine = 'sqlite' | 'postgres';

/** What a run is asked for; the same gives the same plan. */
export interface Wish {
  readonly engine: Engine;
  readonly seed: number;
  /** How long phases are begun for. */
  readonly seconds: number;
  readonly processes: number;
}

/** What becomes of the whole database at the end of a phase. `migrate`: one of an older schema takes its place first. */
type Life = 'reset' | 'restore' | 'migrate' | 'nothing';

/** A time in which actors work, and what befalls them. */
export interface Phase {
  readonly number: number;
  /** When which of the actors is killed; another one takes its place. */
  readonly kills: readonly { readonly afterMs: number; readonly actor: number }[];
  readonly fault: { readonly kind: Fault; readonly afterMs: number; readonly forMs: number } | null;
  readonly calmMs: number;
  readonly life: Life;
  /** When whoever replaces or migrates the database is killed; `null`: not at all. */
  readonly lifeKilledAfterMs: number | null;
  /** For what else is drawn in the phase. */
  readonly seed: number;
}

const LIVES: readonly Life[] = ['restore', 'reset', 'migrate', 'nothing'];
const ACTS: readonly Act[] = ['calls', 'tokens', 'usage', 'holds', 'backups', 'limits', 'calls', 'tokens'];

/** What the actor of that place does. */
export function actOf(place: number): Act {
  return ACTS[place % ACTS.length] ?? 'calls';
}

/** The phase of that number, from 1: it depends on the wish alone. In a few phases everything has its turn. */
export function phaseOf({ engine, seed, processes }: Wish, number: number): Phase {
  const ofRun = new Random(seed);
  const faults = ofRun.shuffled<Fault | null>([...FAULTS[engine], null]);
  const lives = ofRun.shuffled(LIVES);
  const random = new Random(seed + 7_919 * number);
  const kind = faults[number % faults.length] ?? null;
  const killed = Array.from({ length: random.between(kind === null ? 2 : 0, 3) });
  return {
    number,
    kills: killed.map(() => ({ afterMs: random.between(100, 1_500), actor: random.between(0, processes - 1) })),
    fault: kind === null ? null : { kind, afterMs: random.between(100, 600), forMs: random.between(200, 1_000) },
    calmMs: random.between(200, 800),
    life: lives[number % lives.length] ?? 'nothing',
    lifeKilledAfterMs: random.happens(0.6) ? random.between(0, 700) : null,
    seed: random.seed(),
  };
}

/** What runs the same plan again. */
export function commandOf({ engine, seed, seconds, processes }: Wish): string {
  return `pnpm torture --engine ${engine} --seed ${seed} --seconds ${seconds} --processes ${processes}`;
}
