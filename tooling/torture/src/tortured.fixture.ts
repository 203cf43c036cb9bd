import { randomInt } from 'node:crypto';
import { commandOf, type Wish } from './plan.ts';
import { torture } from './run-torture.ts';
import { violationText } from './violation-text.ts';

/** What has to have been done, or a run would show little. */
export const DEEDS = ['token.rotate', 'usage.record', 'call.settle', 'backup.make'];

const MOST_RUNS = 5;

/** Runs by chance until all {@link DEEDS} were done in one of them: a short one on a busy machine may come to few. */
export async function tortureByChance(wished: Omit<Wish, 'seed'>) {
  const violations: { readonly run: string; readonly text: string }[] = [];
  const done = new Set<string>();
  for (let runs = 0; runs < MOST_RUNS && !DEEDS.every((deed) => done.has(deed)); runs += 1) {
    const wish = { ...wished, seed: randomInt(1, 2 ** 31) };
    const tortured = await torture(wish);
    violations.push(...tortured.violations.map((each) => ({ run: commandOf(wish), text: violationText(each) })));
    for (const { kind, outcome } of tortured.operations) if (outcome === 'done') done.add(kind);
  }
  return { violations, done: [...done] };
}
