import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { lifecycleOf, openDatabase, parseDatabaseUrl } from '@iron/db';
import { Journal } from '../history/journal.ts';
import { Random } from '../random.ts';
import { ACTS } from './act.ts';
import type { Actor } from './actor.ts';
import { type ActorOptions, type Order, SAID } from './actor-orders.ts';
import { attemptIn } from './attempt.ts';
import { becomeNobody } from './become-nobody.ts';
import { JumpingClock } from './jumping-clock.ts';

const JUMPS = 0.02;
const PAUSE_MS = 12;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the run alone starts it
const options = JSON.parse(process.argv[2] ?? '') as ActorOptions;
const random = new Random(options.seed);
const clock = new JumpingClock(random);
const state = { isOver: false, proves: false, count: 0 };
const attempt = attemptIn(new Journal(options.journal, options.name), () => {
  if (state.proves) say(SAID.wentOn);
  state.proves = false;
});

process.stdout.on('error', () => {}); // the run was killed, as is found below
if (options.asNobody) await becomeNobody();
say(SAID.ready);
let work = Promise.resolve();
for await (const line of createInterface({ input: process.stdin })) {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the run alone writes to it
  const order = JSON.parse(line) as Order;
  if (order.order === 'go') {
    state.isOver = false;
    work = act(order.callers);
  } else if (order.order === 'prove') {
    state.proves = true;
  } else {
    state.isOver = true;
    state.proves = false;
    await work;
    say(SAID.stopped);
  }
}
state.isOver = true; // the run was killed

/** Opens the database again whenever that, or all that it did with it, has failed. */
async function act(callers: Actor['callers']): Promise<void> {
  const location = parseDatabaseUrl(options.url, '/');
  if (location.kind === 'memory') throw new TypeError('Nobody else sees a database in memory.');
  const lifecycle = lifecycleOf(location, { folder: options.folder });
  while (!state.isOver) {
    try {
      await using database = await openDatabase(options.url);
      await ACTS[options.act]({
        ...options,
        database,
        lifecycle,
        callers,
        clock,
        random,
        attempt,
        isOver,
        pause,
        fresh,
      });
    } catch {
      await sleep(PAUSE_MS);
    }
  }
}

function isOver(): boolean {
  return state.isOver;
}

async function pause(mostMs = PAUSE_MS): Promise<void> {
  if (random.happens(JUMPS)) clock.jump();
  await sleep(random.next() * mostMs);
}

function fresh(): string {
  state.count += 1;
  return `${options.name}-${state.count}`;
}

function say(word: string): void {
  process.stdout.write(`${word}\n`);
}
