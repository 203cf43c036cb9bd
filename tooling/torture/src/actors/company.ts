import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Program, startLimitedProgram, startProgram } from '@iron/test-program';
import { actOf } from '../plan.ts';
import { seedFrom } from '../random.ts';
import type { Stage } from '../stage/stage.ts';
import type { Act } from './act.ts';
import type { Caller } from './actor.ts';
import { type ActorOptions, type Order, SAID } from './actor-orders.ts';
import { mayBecomeNobody, NOBODY } from './become-nobody.ts';
import type { LifeOptions } from './life-options.ts';

const ACTOR = new URL('./actor-program.ts', import.meta.url);
const LIFE = new URL('./life-program.ts', import.meta.url);
const PATIENCE_MS = 60_000;

interface Member {
  readonly name: string;
  readonly act: Act;
  program: Program;
}

/** The processes that torture a database, each an actor. Who is killed is replaced, in the same place. */
export class Company implements AsyncDisposable {
  readonly #stage: Stage;
  readonly #seed: number;
  readonly #members: Member[] = [];
  #started = 0;
  #isOver = false;
  #callers: readonly [Caller, ...Caller[]] | undefined;

  constructor(stage: Stage, seed: number, processes: number) {
    this.#stage = stage;
    this.#seed = seed;
    for (let place = 0; place < processes; place += 1) this.#members.push(this.#start(actOf(place)));
  }

  /** All begin, or go on. */
  async go(callers: readonly [Caller, ...Caller[]]): Promise<void> {
    this.#callers = callers;
    for (const { program } of this.#members) tell(program, { order: 'go', callers });
  }

  /** Kills the actor of that place with SIGKILL, and lets another one begin. */
  async replace(place: number, within?: string): Promise<void> {
    const member = this.#members[place];
    if (!member || !this.#callers) return;
    await member.program.kill();
    if (this.#isOver || this.#members[place] !== member) return; // another one has its place meanwhile
    const successor = this.#start(member.act, within);
    this.#members[place] = successor;
    tell(successor.program, { order: 'go', callers: this.#callers });
  }

  /** Resolves when the new ones are there. @param within the limits that a shell sets for them */
  async replaceAll(within?: string): Promise<void> {
    await Promise.all(
      this.#members.map(async (_, place) => {
        await this.replace(place, within);
        const program = this.#members[place]?.program;
        if (program) await hears(program, SAID.ready);
      }),
    );
  }

  /**
   * Waits until each has done something from now on; who does not is replaced.
   *
   * @returns what those do who did not go on, nor the ones in their places
   */
  async prove(): Promise<Act[]> {
    const proofs = await Promise.all(
      this.#members.map(async (member, place) => {
        if (await this.#proves(place)) return [];
        await this.replace(place);
        return (await this.#proves(place)) ? [] : [member.act];
      }),
    );
    return proofs.flat();
  }

  /** All end what they are at and close the database. @returns the names of those who did not, and were killed */
  async stop(): Promise<string[]> {
    const stopped = await Promise.all(
      this.#members.map(async ({ name, program }, place) => {
        tell(program, { order: 'stop' });
        if (await hears(program, SAID.stopped)) return [];
        await program.kill();
        this.#members[place] = this.#start(actOf(place));
        return [name];
      }),
    );
    return stopped.flat();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#members.map(async ({ program }) => await program.kill()));
  }

  async #proves(place: number): Promise<boolean> {
    const program = this.#members[place]?.program;
    if (!program) return false;
    tell(program, { order: 'prove' });
    return await hears(program, SAID.wentOn);
  }

  #start(act: Act, within?: string): Member {
    this.#started += 1;
    const { url, folders } = this.#stage;
    const name = `${act}${this.#started}`;
    const options: ActorOptions = {
      name,
      act,
      seed: seedFrom(this.#seed, name),
      journal: emptyJournal(this.#stage, name),
      url,
      folder: folders.database,
      elsewhere: folders.elsewhere,
      asNobody: mayBecomeNobody(),
    };
    const words = [ACTOR, JSON.stringify(options)] as const;
    return {
      name,
      act,
      program: within === undefined ? startProgram(...words) : startLimitedProgram(within, ...words),
    };
  }
}

/** Lets a process of its own replace or migrate the database, and kills it so long after it began. */
export async function runLife(
  stage: Stage,
  name: string,
  deed: LifeOptions['deed'],
  killedAfterMs: number | null,
): Promise<void> {
  const { url, folders } = stage;
  const journal = emptyJournal(stage, name);
  const options: LifeOptions = { name, deed, journal, url, folder: folders.database, asNobody: mayBecomeNobody() };
  await using program = startProgram(LIFE, JSON.stringify(options));
  await program.nextLine();
  program.say('go');
  if (killedAfterMs === null) {
    await program.ended;
    return;
  }
  await program.nextLine();
  await sleep(killedAfterMs);
}

/** For whoever will write it, who may not make files of their own where it is. */
function emptyJournal({ folders }: Stage, name: string): string {
  const path = join(folders.journals, `${name}.ndjson`);
  writeFileSync(path, '', { flag: 'a' });
  if (process.getuid?.() === 0) chownSync(path, NOBODY, NOBODY);
  return path;
}

function tell(program: Program, order: Order): void {
  program.say(JSON.stringify(order));
}

/** Whether it says that word while there is patience. */
async function hears(program: Program, word: string): Promise<boolean> {
  const patience = new AbortController();
  const heard = (async () => {
    for (let line = await program.nextLine(); line !== undefined; line = await program.nextLine()) {
      if (line === word) return true;
    }
    return false;
  })();
  const tooLate = sleep(PATIENCE_MS, false, { signal: patience.signal }).catch(() => false);
  const answer = await Promise.race([heard, tooLate]);
  patience.abort();
  return answer;
}
