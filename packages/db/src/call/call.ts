import type { Writer } from '../work/queries.ts';
import { wait, type Work } from '../work/work.ts';

/**
 * A call under way: work that changes rows which it can name beforehand. Where several machines share a database, calls
 * of one moment read together what they need, decide one after the other in memory, and write together; others are kept
 * from these rows alone. Where the database is one file, a call is a write like any other.
 */
export interface Call<T> {
  /** Asked for only where they are read together. */
  needs(): readonly Need[];
  work(tx: Writer): Work<T>;
}

/** Something that a call will read or change. */
export interface Need {
  readonly source: CallSource;
  readonly key: unknown;
}

/** A kind of rows that calls need: makes the memory of one transaction. A constant, by which that memory is found. */
export interface CallSource<Key = never, Memory extends CallMemory<Key> = CallMemory<Key>> {
  /** Sources are written in this order: last what most others wait for. */
  readonly rank: number;
  open(tx: Writer): Memory;
}

/** The rows of one kind that the calls of one transaction share. */
export interface CallMemory<Key = never> {
  /** Reads what these keys name, and keeps others from changing it. Sends at once, without waiting for anything. */
  load(keys: readonly Key[]): Promise<void>;
  /** Begins anew to note what is changed, so that it can be taken back. @returns takes it back */
  mark(): () => void;
  /** Writes what was changed. Sends at once, without waiting for anything. */
  flush(): Promise<void>;
}

/** The memory of `source` in the transaction `tx`, if that is one of calls. */
export function callMemory<Key, Memory extends CallMemory<Key>>(
  source: CallSource<Key, Memory>,
  tx: object,
): Memory | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only `source` itself makes what is kept under it
  return memories?.get(tx)?.get(source) as Memory | undefined;
}

/** None until there is a call that has one: where SQLite is all there is, this is asked ten times a call in vain. */
let memories: WeakMap<object, ReadonlyMap<CallSource, CallMemory>> | undefined;

/** What calls need, as {@link Call.needs} has it. */
export function need<Key, Memory extends CallMemory<Key>>(source: CallSource<Key, Memory>, key: Key): Need {
  return { source, key };
}

/** The memories of one transaction together. */
export interface OpenMemories {
  load(): Promise<void>;
  /** @returns takes back what was changed since; says whether it could: not what was written already */
  mark(): () => boolean;
  /** Sends at once, in the order of the sources. */
  flush(): Promise<void>[];
}

/** Opens the memories of a transaction, for every source that one of its calls needs. */
export function openMemories(tx: Writer, calls: readonly Pick<Call<unknown>, 'needs'>[]): OpenMemories {
  const needs = calls.flatMap((call) => call.needs());
  const keys = Map.groupBy(needs, ({ source }) => source);
  const sources = [...keys.keys()].toSorted((one, other) => one.rank - other.rank);
  const opened = new Map(sources.map((source) => [source, source.open(tx)]));
  let flushes = 0;
  const flush = () => {
    flushes += 1;
    return [...opened.values()].map(async (memory) => await memory.flush());
  };
  memories ??= new WeakMap();
  memories.set(tx, opened);
  flushesOf.set(tx, flush);
  return {
    async load() {
      const loading = sources.map(async (source) => {
        const wanted = (keys.get(source) ?? []).map(({ key }) => key);
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see `need`
        await opened.get(source)?.load(wanted as never[]);
      });
      await Promise.all(loading);
    },
    mark() {
      const takeBack = [...opened.values()].map((memory) => memory.mark());
      const before = flushes;
      return () => {
        for (const undo of takeBack) undo();
        return flushes === before;
      };
    },
    flush,
  };
}

const flushesOf = new WeakMap<object, () => Promise<void>[]>();

/** Writes what the calls of this transaction have changed so far, for a statement that has to see it. */
export function* flushCalls(tx: object): Work<void> {
  const flush = flushesOf.get(tx);
  if (flush) yield* wait(Promise.all(flush()));
}
