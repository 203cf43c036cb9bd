/** Something that is to be done now and then. */
export interface Chore {
  readonly name: string;
  readonly everyMs: number;
  run(): Promise<unknown>;
}

/**
 * Does each chore again and again, with its pause between the end of one time and the beginning of the next. One that
 * fails is tried again after its pause. None of them keeps a process alive.
 *
 * @returns what ends it: then nothing begins any more, and what is being done comes to its end
 */
export function keepHouse(
  chores: readonly Chore[],
  onFailure: (name: string, error: unknown) => void,
): AsyncDisposable {
  const timers = new Set<NodeJS.Timeout>();
  const running = new Set<Promise<void>>();
  let isOver = false;
  const doLater = (chore: Chore) => {
    if (isOver) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      const done = doNow(chore).finally(() => running.delete(done));
      running.add(done);
    }, chore.everyMs);
    timers.add(timer.unref());
  };
  const doNow = async (chore: Chore) => {
    try {
      await chore.run();
    } catch (error) {
      onFailure(chore.name, error);
    }
    doLater(chore);
  };
  chores.forEach(doLater);
  return {
    async [Symbol.asyncDispose]() {
      isOver = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(running);
    },
  };
}
