import { expect, test } from 'vitest';
import { commandOf, hasEnded, isOfThisMachine, nameOfThisProcess, PROCESS_NAME } from './process-identity.ts';

test('a process that runs has not ended, and one that got its number later is not taken for it', () => {
  const name = nameOfThisProcess();
  const [machine, pid, start] = name.split('_');

  expect(name).toMatch(new RegExp(`^${PROCESS_NAME}$`));
  expect(hasEnded(name)).toBe(false);
  expect(hasEnded(`${machine}_${pid}_${Number(start) - 1}`)).toBe(true);
  expect(commandOf(process.pid)).toContain('node');
});

test('a number that no process has is that of one that has ended', () => {
  const [machine] = nameOfThisProcess().split('_');

  expect(hasEnded(`${machine}_999999999_1`)).toBe(true);
  expect(commandOf(999_999_999)).toBeUndefined();
});

test('nobody here says of a process on another machine that it has ended', () => {
  expect(hasEnded('00000000_999999999_1')).toBe(false);
  expect(hasEnded('')).toBe(false);
  expect(['00000000_999999999_1', ''].map((name) => isOfThisMachine(name))).toEqual([false, false]);
  expect(isOfThisMachine(nameOfThisProcess())).toBe(true);
});

test('where the system does not tell when a process started, its number is what counts', () => {
  const [machine, pid] = nameOfThisProcess().split('_');

  expect(hasEnded(`${machine}_${pid}_0`)).toBe(false);
  expect(hasEnded(`${machine}_999999999_0`)).toBe(true);
});
