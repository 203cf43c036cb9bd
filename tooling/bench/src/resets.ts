import { type Figures, type Ratio, type Target, ratioOf, spreadOf } from './figures.ts';
import type { Shape } from './large-database.ts';
import { type ResetRounds, timeResets } from './reset-rounds.ts';
import type { Scale } from './scale.ts';

/** The size that the targets are about. */
const TARGET_MEGABYTES = 1_000;

/** Resetting and seeding databases of one shape and several sizes, against copying their files to the disk. */
export async function measureResets(shape: Shape, { megabytes, rounds }: Scale['resets']): Promise<Figures> {
  const sizes: ResetRounds[] = [];
  for (const size of megabytes) sizes.push(await timeResets(shape, size, rounds));
  const ratios = sizes.flatMap(({ reset, copied, checked }, index) => [
    ratioOf(reset, copied, aim(megabytes[index], { atMost: 4 })),
    ratioOf(checked, copied, null), // what a reset cannot be quicker than, as long as it checks its backup
    ratioOf(reset, checked, null),
  ]);
  const calls = sizes.map((size) => size.calls.toLocaleString('en')).join(' and ');
  return {
    title: `Resetting databases of ${shape.name}: ${calls} calls, ${rounds} rounds each`,
    durations: sizes.flatMap(({ copied, checked, reset }) => [copied, checked, reset].map(spreadOf)),
    memory: sizes.map(({ addedMemory }) => spreadOf(addedMemory)),
    ratios: [...ratios, ...memoryRatios(sizes, aim(megabytes.at(-1), { atMost: 1.25 }))],
    notes: [shape.description],
  };
}

/** The target where the database is large enough to judge by. */
function aim(megabytes: number | undefined, target: Target): Target {
  return megabytes !== undefined && megabytes >= TARGET_MEGABYTES ? target : null;
}

/** Whether memory grows with the database. */
function memoryRatios(sizes: readonly ResetRounds[], toReach: Target): Ratio[] {
  const [smallest, largest] = [sizes.at(0)?.addedMemory, sizes.at(-1)?.addedMemory];
  return smallest && largest && smallest !== largest ? [ratioOf(largest, smallest, toReach)] : [];
}
