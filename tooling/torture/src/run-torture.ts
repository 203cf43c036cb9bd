import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BackupListing } from '@iron/db';
import { attemptIn, type Attempt } from './actors/attempt.ts';
import { pruneBackups } from './actors/backup-actor.ts';
import { Company, runLife } from './actors/company.ts';
import type { LifeDeed } from './actors/life-options.ts';
import { checkKept } from './checker/backup-rule.ts';
import { checkBackups, type MadeBackup } from './checker/check-backups.ts';
import { checkContent } from './checker/check-content.ts';
import { checkRefusals } from './checker/refusal-rule.ts';
import type { Violation } from './checker/violation.ts';
import { bringAbout } from './faults.ts';
import { BACKUP_KINDS, backupOf } from './history/backup-of.ts';
import { instant, Journal } from './history/journal.ts';
import { type Lineage, lineageAt, lineageFrom, lineageRestored } from './history/lineage.ts';
import { type Operation, ofKinds } from './history/operation.ts';
import { readJournals } from './history/read-journals.ts';
import { makeOld } from './old-database.ts';
import { type Phase, phaseOf, type Wish } from './plan.ts';
import { hasToken } from './checker/has-token.ts';
import { Random } from './random.ts';
import { setUp } from './set-up.ts';
import { postgresStage } from './stage/postgres-stage.ts';
import { sqliteStage } from './stage/sqlite-stage.ts';
import type { Stage } from './stage/stage.ts';

/** What came of a run: how much was done, and what must never be so; a run ends with the first phase that finds that. */
export interface Tortured {
  readonly phases: number;
  readonly operations: readonly Operation[];
  readonly violations: readonly Violation[];
}

/** How a run is told about, and interfered with by its own tests. */
export interface Watcher {
  /** Is told a line about each phase. */
  readonly say?: (line: string) => void;
  /** Is called before the check of each phase, when nobody else is at the database. */
  readonly beforeCheck?: (stage: Stage, phase: Phase) => Promise<void>;
}

/** Tortures a database of its own for as long as is wished, and compares it with what was acknowledged. */
export async function torture(wish: Wish, { say = () => undefined, beforeCheck }: Watcher = {}): Promise<Tortured> {
  await using stage = wish.engine === 'sqlite' ? await sqliteStage() : await postgresStage();
  await using run = await Run.begin(wish, stage);
  const ends = Date.now() + wish.seconds * 1_000;
  const violations: Violation[] = [];
  let number = 0;
  while (violations.length === 0 && Date.now() < ends) {
    number += 1;
    const phase = phaseOf(wish, number);
    violations.push(...(await run.suffer(phase)));
    await beforeCheck?.(stage, phase);
    violations.push(...(await run.check()));
    if (violations.length === 0) violations.push(...(await run.live(phase)));
    say(lineOf(phase, run.summary(), violations));
  }
  return { phases: number, operations: run.operations(), violations };
}

function lineOf(phase: Phase, summary: string, violations: readonly Violation[]): string {
  const { number, fault, kills, life, lifeKilledAfterMs } = phase;
  const end = life === 'nothing' ? '' : `, then ${life}${lifeKilledAfterMs === null ? '' : ' (killed)'}`;
  const result = violations.length === 0 ? 'as acknowledged' : `${violations.length} VIOLATIONS`;
  return `phase ${number}: ${fault?.kind ?? 'no fault'}, ${kills.length} kills${end}; ${summary}: ${result}`;
}

class Run implements AsyncDisposable {
  readonly #stage: Stage;
  readonly #company: Company;
  readonly #attempt: Attempt;
  readonly #old: MadeBackup;
  /** What each backup holds that was acknowledged. */
  readonly #backups = new Map<string, Lineage>();
  #lineage: Lineage = lineageFrom(instant());
  #lives = 0;
  #checkedFrom = 0;
  #building = false;

  private constructor(wish: Wish, stage: Stage, { attempt, old }: { attempt: Attempt; old: MadeBackup }) {
    this.#stage = stage;
    this.#attempt = attempt;
    this.#old = old;
    this.#company = new Company(stage, wish.seed, wish.processes);
  }

  static async begin(wish: Wish, stage: Stage): Promise<Run> {
    const { journals } = stage.folders;
    const from = instant();
    const migrations = new Random(wish.seed).between(1, 7);
    const ofOld = attemptIn(new Journal(join(journals, 'old.ndjson'), 'old'));
    const path = await makeOld(await stage.another('old'), wish.engine, migrations, ofOld);
    const lineage = lineageAt(lineageFrom(from), instant(), instant());
    await runLife(stage, 'beginning', { kind: 'life.migrate' }, null);
    const attempt = attemptIn(new Journal(join(journals, 'run.ndjson'), 'run'));
    return new Run(wish, stage, { attempt, old: { path, lineage } });
  }

  operations(): Operation[] {
    return readJournals(this.#stage.folders.journals);
  }

  summary(): string {
    return `${this.operations().length} operations, ${this.#backups.size} backups`;
  }

  /** Actors work, some are killed, and a fault comes and goes; then all go on. */
  async suffer(phase: Phase): Promise<Violation[]> {
    const { number, kills, calmMs } = phase;
    await this.#company.go(await setUp(this.#stage.url, this.#attempt, `phase${number}`));
    await Promise.all([
      this.#bringAbout(phase),
      ...kills.map(async ({ afterMs, actor }) => {
        await sleep(afterMs);
        await this.#company.replace(actor);
      }),
    ]);
    await sleep(calmMs);
    const stuck = await this.#company.prove();
    const late = await this.#company.stop();
    await this.#stage.alone();
    return [
      ...stuck.map((act) => complaint(`After the fault nobody went on with ${act}, nor did a fresh process.`)),
      ...late.map((name) => complaint(`${name} did not end when it was told to.`)),
    ];
  }

  /** Compares the database, the backups that were made since the last time, and the folder with what was acknowledged. */
  async check(): Promise<Violation[]> {
    const { url, lifecycle } = this.#stage;
    await this.#attempt('backup.make', {}, async () => ({ path: (await lifecycle.backup()).path }));
    const operations = this.operations();
    const recent = operations.filter(({ from }) => from >= this.#checkedFrom);
    this.#checkedFrom = instant();
    const made = this.#noteBackups(recent);
    const found = [
      ...checkRefusals({ operations: recent }),
      ...(await checkContent({ url, lifecycle, lineage: this.#lineage, operations })),
      ...(await this.#checkFiles(operations)),
      ...(await checkBackups(this.#stage, this.#present(made), operations)),
    ];
    await pruneBackups(this.#attempt, lifecycle);
    await this.#forgetDropped();
    return found;
  }

  /** Replaces or migrates the whole database, or is killed at it, and checks what is there then. */
  async live({ life, lifeKilledAfterMs, seed }: Phase): Promise<Violation[]> {
    if (life === 'nothing') return [];
    const random = new Random(seed);
    const deed = this.#chooseDeed(life, random);
    const violations = await this.#replace(deed, lifeKilledAfterMs);
    if (life === 'migrate') {
      await this.#runLife({ kind: 'life.migrate' }, random.happens(0.5) ? random.between(0, 500) : null);
      violations.push(...(await this.#finish({ kind: 'life.migrate' })));
    }
    return [...violations, ...(await this.check())];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#company[Symbol.asyncDispose]();
  }

  async #bringAbout({ fault }: Phase): Promise<void> {
    if (!fault) return;
    await sleep(fault.afterMs);
    const end = await bringAbout(fault.kind, this.#stage.breakable, this.#company);
    await sleep(fault.forMs);
    await end();
  }

  #chooseDeed(life: Exclude<Phase['life'], 'nothing'>, random: Random): LifeDeed {
    if (life === 'reset') return { kind: 'life.reset' };
    if (life === 'migrate') return { kind: 'life.restore', path: this.#old.path };
    const [first = '', ...others] = [...this.#backups.keys()];
    return { kind: 'life.restore', path: random.pick([first, ...others]) };
  }

  /** Whether the database was replaced is told by a token that only the former one has. */
  async #replace(deed: LifeDeed, killedAfterMs: number | null): Promise<Violation[]> {
    const marker = `marker-${this.#lives + 1}`;
    await setUp(this.#stage.url, this.#attempt, marker);
    const begun = instant();
    const operation = await this.#runLife(deed, killedAfterMs);
    const isReplaced = !(await hasToken(this.#stage.url, `${marker}-ann`));
    if (operation?.outcome === 'done' || isReplaced) this.#noteBackups(operation ? [operation] : []);
    if (isReplaced) {
      const backup = deed.kind === 'life.restore' ? this.#lineageOf(deed.path) : [];
      this.#lineage = lineageRestored(backup, begun);
    }
    if (operation?.outcome === 'refused' || (operation?.outcome === 'done') !== isReplaced) {
      if (operation?.outcome === 'unknown' || operation === undefined) return [];
      const says = `The database was ${isReplaced ? '' : 'not '}replaced.`;
      return [{ says, operations: [operation], rows: [] }];
    }
    return [];
  }

  #lineageOf(path: string): Lineage {
    return path === this.#old.path ? this.#old.lineage : (this.#backups.get(path) ?? []);
  }

  async #finish(deed: LifeDeed): Promise<Violation[]> {
    const operation = await this.#runLife(deed, null);
    if (operation?.outcome === 'done') return [];
    return [{ says: 'What was killed cannot be done again.', operations: operation ? [operation] : [], rows: [] }];
  }

  async #runLife(deed: LifeDeed, killedAfterMs: number | null): Promise<Operation | undefined> {
    this.#lives += 1;
    const name = `life${this.#lives}`;
    await runLife(this.#stage, name, deed, killedAfterMs);
    await this.#stage.alone();
    const operation = this.operations().find(({ id }) => id.startsWith(`${name}.`));
    if (deed.kind !== 'life.migrate') this.#building = operation?.outcome !== 'done';
    return operation;
  }

  /** @returns those that were made */
  #noteBackups(operations: readonly Operation[]): MadeBackup[] {
    return ofKinds(operations, ...BACKUP_KINDS).flatMap((operation) => {
      const path = backupOf(operation);
      if (path === undefined || this.#backups.has(path)) return [];
      const lineage = lineageAt(this.#lineage, operation.from, operation.until);
      this.#backups.set(path, lineage);
      return [{ path, lineage }];
    });
  }

  async #checkFiles(operations: readonly Operation[]): Promise<Violation[]> {
    const left = await this.#stage.leftOver({ building: this.#building });
    const listed = await this.#forgetDropped();
    const unverified = listed.filter(({ verified }) => !verified);
    return [
      ...left.map((name) => complaint(`${name} was left over.`)),
      ...unverified.map((row) => ({ says: 'A backup is not verified.', operations: [], rows: [row] })),
      ...checkKept({ operations }, new Set(listed.map(({ path }) => path))),
    ];
  }

  /** @returns those that there are */
  async #forgetDropped(): Promise<readonly BackupListing[]> {
    const listed = await this.#stage.lifecycle.backups();
    const paths = new Set(listed.map(({ path }) => path));
    for (const path of this.#backups.keys()) if (!paths.has(path)) this.#backups.delete(path);
    return listed;
  }

  /** Those that nobody has dropped. */
  #present(backups: readonly MadeBackup[]): MadeBackup[] {
    return backups.filter(({ path }) => this.#backups.has(path));
  }
}

function complaint(says: string): Violation {
  return { says, operations: [], rows: [] };
}
