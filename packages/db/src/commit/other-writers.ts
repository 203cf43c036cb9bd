import type Database from 'better-sqlite3';

const REMEMBERED_MS = 1_000;

/** Whether other connections write to the same file, in this process or in another. */
export class OtherWriters {
  readonly #version: Database.Statement<[], number>;
  #lastVersion: number | undefined;
  #seenAt = Number.NEGATIVE_INFINITY;

  constructor(connection: Database.Database) {
    this.#version = connection.prepare<[], number>('PRAGMA data_version').pluck();
    this.#lastVersion = this.#version.get();
  }

  /** Looks whether another connection has committed since it was last asked. */
  look(): void {
    const version = this.#version.get(); // one's own commits do not change it
    if (version !== this.#lastVersion) this.noticed();
    this.#lastVersion = version;
  }

  /** One of them had the lock. */
  noticed(): void {
    this.#seenAt = performance.now();
  }

  /** Whether one was noticed in the last second. */
  areAbout(): boolean {
    return performance.now() - this.#seenAt < REMEMBERED_MS;
  }
}
