import type { OnProgress, Progress } from '@iron/db';
import { SingleBar } from 'cli-progress';
import type { Context } from '../context.ts';

const PATIENCE_MS = 1000;

/**
 * Runs `work` and draws its progress on stderr, if that is a terminal and the work takes longer than a second. The bar
 * is gone when the work is done.
 */
export async function withProgress<T>(
  context: Pick<Context, 'stderr' | 'now'>,
  work: (report: OnProgress) => Promise<T>,
  patience = PATIENCE_MS,
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
  let latest: Progress = { step: 'preparing', done: 0, total: 1 };
  const draw = () => {
    if (!bar.isActive) bar.start(latest.total, latest.done, { step: latest.step });
    bar.setTotal(latest.total);
    bar.update(latest.done, { step: latest.step });
  };
  const start = context.now();
  // The timer is for steps that report nothing for long, the clock for work that keeps timers from running.
  const timer = setTimeout(draw, patience);
  try {
    return await work((progress) => {
      latest = progress;
      if (bar.isActive || context.now() - start >= patience) draw();
    });
  } finally {
    clearTimeout(timer);
    bar.stop();
  }
}
