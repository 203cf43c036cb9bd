import { becomeNobody, mayBecomeNobody } from './actors/become-nobody.ts';
import type { Wish } from './plan.ts';
import { torture } from './run-torture.ts';
import { violationText } from './violation-text.ts';

/** `unprivileged-run-program <wish>`: tortures as nobody, and prints what came of it, and whether there was a disk. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its test alone starts it
const wish = JSON.parse(process.argv[2] ?? '') as Wish;
if (mayBecomeNobody()) await becomeNobody();
const disks: boolean[] = [];
const { violations } = await torture(wish, {
  beforeCheck: async ({ folders }) => void disks.push(folders.disk !== undefined),
});
process.stdout.write(`${JSON.stringify({ disks, violations: violations.map(violationText) })}\n`);
