import { reportOf } from '../output/error-report.ts';
import { checkOf, type DoctorCheck, type Findings, skipped } from './doctor-check.ts';

/** Checks, one after the other. One that cannot be carried out is a finding itself, and keeps no other from its turn. */
export class Examination {
  readonly #checks: DoctorCheck[] = [];
  readonly #obstacles = new Set<string>();
  readonly #onCheck: (name: string) => void;

  /** @param onCheck is told what comes next */
  constructor(onCheck: (name: string) => void) {
    this.#onCheck = onCheck;
  }

  get checks(): readonly DoctorCheck[] {
    return this.#checks;
  }

  /** Carries out the check of this name. */
  async check(name: string, look: () => Findings | Promise<Findings>): Promise<void> {
    await this.several(name, async () => [checkOf(name, await look())]);
  }

  /** Carries out checks that bring their own names along; `name` is for an error on the way. */
  async several(name: string, look: () => Promise<readonly DoctorCheck[]>): Promise<void> {
    this.#onCheck(name);
    try {
      this.#checks.push(...(await look()));
    } catch (error) {
      this.#checks.push(this.#notCarriedOut(name, error));
    }
  }

  /** Carries out checks of these names, for which others must not have failed: they would only say the same again. */
  async unless(failed: readonly string[], names: readonly string[], carryOut: () => Promise<void>): Promise<void> {
    const obstacle = this.#checks.find(({ check, verdict }) => verdict === 'failed' && failed.includes(check));
    if (!obstacle) return await carryOut();
    this.#checks.push(...names.map((name) => skipped(name, `${obstacle.check} comes first`)));
  }

  /** What stands in the way of many checks is a finding of the first only. */
  #notCarriedOut(check: string, error: unknown): DoctorCheck {
    const { message, hint } = reportOf(error);
    const [first = '', ...rest] = message.split('\n');
    if (this.#obstacles.has(message)) return skipped(check, first.replace(/:$/, ''));
    this.#obstacles.add(message);
    return { check, verdict: 'failed', problems: [first, ...rest.map((line) => line.trim())], hint };
  }
}
