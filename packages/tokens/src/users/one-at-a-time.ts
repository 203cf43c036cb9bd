/**
 * Runs the work of one name one after the other, and of different names side by side. So ten sign-ins of one person at
 * once do not count as ten guesses, and a flood of guesses at one account keeps one thread busy and no more.
 */
export class OneAtATime {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name);
    const mine = before === undefined ? work() : before.then(work, work);
    this.#last.set(name, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(name) === mine) this.#last.delete(name);
    }
  }
}
