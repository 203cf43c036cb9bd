/** A map whose changes can be taken back, to where it was marked last. */
export class NotedMap<Key, Value> {
  readonly #values = new Map<Key, Value>();
  #former: [key: Key, value: Value | undefined][] = [];

  get size(): number {
    return this.#values.size;
  }

  get(key: Key): Value | undefined {
    return this.#values.get(key);
  }

  has(key: Key): boolean {
    return this.#values.has(key);
  }

  set(key: Key, value: Value): void {
    this.#former.push([key, this.#values.get(key)]);
    this.#values.set(key, value);
  }

  values(): Value[] {
    return [...this.#values.values()];
  }

  clear(): void {
    this.#values.clear();
    this.#former = [];
  }

  /** @returns takes back what was set since */
  mark(): () => void {
    this.#former = [];
    return () => {
      for (const [key, value] of this.#former.toReversed()) {
        if (value === undefined) this.#values.delete(key);
        else this.#values.set(key, value);
      }
      this.#former = [];
    };
  }
}
