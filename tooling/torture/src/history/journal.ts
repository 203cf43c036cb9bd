import { appendFileSync } from 'node:fs';
import type { Deeds, Kind, Operation, Outcome } from './operation.ts';

/** What is written down before. */
export interface IntentLine {
  readonly op: string;
  readonly at: number;
  readonly kind: Kind;
  readonly wanted: unknown;
}

/** What is written down after. */
export interface OutcomeLine {
  readonly op: string;
  readonly at: number;
  readonly outcome: Outcome;
  readonly answer?: unknown;
  readonly code?: string;
}

/** Microseconds of the system's monotonic clock, which is the same in all processes. */
export function instant(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

/** Where one actor writes down, before and after, what it does. A file of its own, a line a piece. */
export class Journal {
  readonly #file: string;
  readonly #actor: string;
  #count = 0;

  /** @param actor unique in the run, and in the ids of all that it does */
  constructor(file: string, actor: string) {
    this.#file = file;
    this.#actor = actor;
  }

  /** @returns the id of what is about to be done */
  intend<K extends Kind>(kind: K, wanted: Deeds[K]['wanted']): string {
    this.#count += 1;
    const op = `${this.#actor}.${this.#count}`;
    this.#append({ op, at: instant(), kind, wanted });
    return op;
  }

  done(op: string, answer: Operation['answer']): void {
    this.#append({ op, at: instant(), outcome: 'done', answer });
  }

  failed(op: string, outcome: 'refused' | 'unknown', code: string): void {
    this.#append({ op, at: instant(), outcome, code });
  }

  #append(line: IntentLine | OutcomeLine): void {
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}
