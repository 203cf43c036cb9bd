import type { Part } from './part.ts';

export function helpText(parts: readonly Part[]): string {
  const leftOut = parts.filter(({ needsTime }) => needsTime).map(({ name }) => name);
  const width = Math.max(...parts.map(({ name }) => name.length));
  return `Usage: pnpm bench [--quick] [--only <part>]… [--without-peers]
                  [--json <file>] [--plots <folder>]
       pnpm bench --soak <minutes>

Measures what the design promises, as ratios of one run: whatever is compared takes turns, round by
round, and a figure is the median of its rounds. It works in the folder for temporary files (TMPDIR).

${parts.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`).join('\n')}

All of it takes half an hour to an hour, and 5 GB of the disk.

  --quick           small databases, few rounds and sizes of each, done in about a minute; too small
                    to judge by. Without ${leftOut.join(', ')}, unless named
  --only <part>     one of the parts above alone; as often as there are parts
  --without-peers   does not install what Iron is compared with, and leaves it out
  --json <file>     writes every figure with its rounds, and where they were taken, as JSON
  --plots <folder>  draws the figures of each part as SVG
  --soak <minutes>  instead of all that: the server under load, and its memory
  --help            this text

The JSON is described in tooling/bench/src/benchmark-document.ts.
`;
}
