const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Ctrl-C reaches a program that pnpm has started twice: from the terminal, and passed on by pnpm. */
const SAME_SIGNAL_MS = 200;

/** What tells a process to end. */
export interface StopSignals extends Disposable {
  /** Resolves with the first signal: SIGTERM or SIGINT. */
  readonly first: Promise<NodeJS.Signals>;
}

/**
 * From now on a first signal is only noted, for who waits for it and ends what is to be ended; a second one ends the
 * process at once, as it would have without us.
 */
export function catchStopSignals(): StopSignals {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let firstAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    firstAt ??= performance.now();
    resolve(signal);
    if (performance.now() - firstAt <= SAME_SIGNAL_MS) return;
    letThrough();
    process.kill(process.pid, signal);
  };
  const letThrough = () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return { first: promise, [Symbol.dispose]: letThrough };
}
