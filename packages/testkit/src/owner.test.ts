import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { isAlive, nameOwnProcess } from './owner.ts';

const [pid = '', start = '', place = ''] = nameOwnProcess().split('-');

describe('isAlive', () => {
  test('knows this process', () => {
    expect(pid).toBe(String(process.pid));
    expect(isAlive(nameOwnProcess())).toBe(true);
  });

  test('knows that a process has ended', () => {
    const ended = spawnSync(process.execPath, ['--version']).pid;

    expect(isAlive(`${ended}-${start}-${place}`)).toBe(false);
    expect(isAlive(`${ended}-0-${place}`)).toBe(false);
  });

  test.runIf(process.platform === 'linux')('takes a process for another one when only its number is the same', () => {
    expect(isAlive(`${pid}-${Number(start) - 1}-${place}`)).toBe(false);
  });

  test('goes by the number where the system does not tell when a process started', () => {
    expect(isAlive(`${pid}-0-${place}`)).toBe(true);
  });

  test('does not know about a process of another machine or container', () => {
    expect(isAlive(`${pid}-${start}-00000000`)).toBeUndefined();
  });
});
