/** How far a long command is. */
export interface Progress {
  /** What is being done: `backup`, `verify`, `migrate`, `seed`. */
  readonly step: string;
  readonly done: number;
  readonly total: number;
}

/** Is told how far the work is. */
export type OnProgress = (progress: Progress) => void;
