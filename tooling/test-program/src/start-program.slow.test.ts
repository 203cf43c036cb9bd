import { expect, test } from 'vitest';
import { startProgram } from './start-program.ts';

const TALK = new URL('./talk-program.fixture.ts', import.meta.url);

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a program is given words, and prints lines and reads them in turn', async () => {
  await using program = startProgram(TALK, 'one', 'two');

  expect([await program.nextLine(), await program.nextLine()]).toEqual(['one', 'two']);
  program.say('three');
  expect(await program.nextLine()).toBe('THREE');
});

test('a program that ends by itself has an exit code, and what it printed is there to the last whole line', async () => {
  await using program = startProgram(TALK, 'one');
  program.say('two');
  program.say('end');

  expect(await program.ended).toBe(3);
  expect(await program.nextLine()).toBe('one');
  expect(await program.remainingLines()).toEqual(['TWO']);
  expect(await program.nextLine()).toBeUndefined();
});

test('a program that is killed is gone, has no exit code, and has said what it had said', async () => {
  await using program = startProgram(TALK, 'one', 'two');
  expect(await program.nextLine()).toBe('one');

  await program.kill();

  expect(isRunning(program.pid)).toBe(false);
  expect(await program.ended).toBeNull();
  expect(await program.remainingLines()).toEqual(['two']);
});

test('who waits for a line of a program that is killed hears that there is none', async () => {
  await using program = startProgram(TALK);
  const waiting = program.nextLine();

  await program.kill();

  expect(await waiting).toBeUndefined();
});

test('a program ends with the block that it was started in, and one that nobody reads does not wait', async () => {
  let pid: number;
  {
    await using program = startProgram(TALK, ...Array.from({ length: 3_000 }, () => 'x'.repeat(30)));
    ({ pid } = program);
    program.say('end');
    expect(await program.ended).toBe(3);
    await using other = startProgram(TALK, 'one');
    expect(await other.nextLine()).toBe('one');
    ({ pid } = other);
  }
  expect(isRunning(pid)).toBe(false);
});
