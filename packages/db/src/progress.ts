/** How far a long command is. */
export interface Progress {
  /** What is being done: `backup`, `verify`, `migrate`, `seed`. */
  readonly step: string;
  readonly done: number;
  readonly total: number;
}

export type OnProgress = (progress: Progress) => void;
