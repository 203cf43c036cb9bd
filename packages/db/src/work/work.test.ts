import { describe, expect, test } from 'vitest';
import { wait, type Work, workNow, workThrough } from './work.ts';

function* add(left: number | Promise<number>, right: number | Promise<number>): Work<number> {
  return (yield* wait(left)) + (yield* wait(right));
}

/** Work of which other work is a part, before and after it. */
function* addTwice(number: number | Promise<number>): Work<number> {
  const once = yield* add(number, 1);
  return yield* add(once, number);
}

const refused = async (): Promise<number> => {
  throw new RangeError('no such row');
};

function* addOr(fallback: number, number: number | Promise<number>, seen: unknown[]): Work<number> {
  try {
    return yield* add(number, 1);
  } catch (error) {
    seen.push(error);
    return fallback;
  } finally {
    seen.push('over');
  }
}

function* fail(): Work<number> {
  yield* add(1, 2);
  throw new RangeError('too much');
}

describe('workNow', () => {
  test('carries out work, and what is part of it, without leaving the call', () => {
    expect(workNow(addTwice(20))).toBe(41);
  });

  test('takes nothing that would have to be waited for, whatever becomes of it', async () => {
    expect(() => workNow(addTwice(Promise.resolve(20)))).toThrow(
      new TypeError('What is written together has to be synchronous.'),
    );
    expect(() => workNow(addTwice(refused()))).toThrow(TypeError);
    await new Promise((resolve) => void setImmediate(resolve)); // nobody is told of a promise that nobody wants
  });

  test('leaves work that waits as an error would, so that it can tidy up', () => {
    const seen: unknown[] = [];
    expect(() => workNow(addOr(0, Promise.resolve(1), seen))).toThrow(TypeError);
    expect(seen).toEqual(['over']);
  });

  test('throws what the work throws', () => {
    expect(() => workNow(fail())).toThrow(new RangeError('too much'));
  });
});

describe('workThrough', () => {
  test('waits wherever the work waits, and nowhere else', async () => {
    expect(await workThrough(addTwice(20))).toBe(41);
    expect(await workThrough(addTwice(Promise.resolve(20)))).toBe(41);
  });

  test('begins before it gives way, and does one thing after the other', async () => {
    const done: string[] = [];
    const step = async (name: string) => void done.push(name);
    function* inOrder(): Work<void> {
      done.push('begun');
      yield* wait(step('one'));
      yield* wait(step('two'));
    }
    const working = workThrough(inOrder());
    expect(done).toEqual(['begun', 'one']);
    await working;
    expect(done).toEqual(['begun', 'one', 'two']);
  });

  test('hands errors back into the work, where they are thrown', async () => {
    const seen: unknown[] = [];
    expect(await workThrough(addOr(7, refused(), seen))).toBe(7);
    expect(seen).toEqual([new RangeError('no such row'), 'over']);
  });

  test('rejects with what the work does not catch, also when that is no error', async () => {
    await expect(workThrough(addTwice(refused()))).rejects.toThrow(new RangeError('no such row'));
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- whatever somebody rejects with
    await expect(workThrough(add(1, Promise.reject<number>(undefined)))).rejects.toBeUndefined();
  });
});

test('a value is there at once', () => {
  expect(wait(1).next()).toEqual({ done: true, value: 1 });
});
