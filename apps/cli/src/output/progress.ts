import { SingleBar } from 'cli-progress';
import type { Context } from '../context.ts';

/** What the long functions of @iron/db report: `done` of `total` in the step that runs now. */
export interface Progress {
  readonly step: string;
  readonly done: number;
  readonly total: number;
}

const PATIENCE = 1000;

/**
 * Runs `work` and draws its progress on stderr, if that is a terminal and the work takes longer than a second. The bar
 * is gone when the work is done.
 */
export async function withProgress<T>(
  context: Pick<Context, 'stderr' | 'now'>,
  work: (report: (progress: Progress) => void) => Promise<T>,
): Promise<T> {
  if (!context.stderr.isTTY) return work(() => {});
  const bar = new SingleBar({
    stream: context.stderr,
    format: '{bar} {percentage}%  {step}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    clearOnComplete: true,
    barsize: 24,
  });
  const start = context.now();
  try {
    return await work(({ step, done, total }) => {
      if (bar.isActive) bar.setTotal(total);
      else if (context.now() - start >= PATIENCE) bar.start(total, done, { step });
      if (bar.isActive) bar.update(done, { step });
    });
  } finally {
    bar.stop();
  }
}
