import type { BenchmarkDocument } from './benchmark-document.ts';
import { markdownTable } from './markdown-table.ts';
import { showNumber, showTarget } from './report.ts';

type PartDocument = BenchmarkDocument['parts'][number];
type FigureDocument = PartDocument['figures'][number];

/** What a page is filled with. */
export interface Published {
  /** Each part is in one of them. */
  readonly runs: readonly BenchmarkDocument[];
  /** The names of the plots: `verify.svg`, `verify-2.svg`. */
  readonly plots: readonly string[];
}

const BLOCK = /^<!-- bench: (?<name>\S+) -->\n[^]*?^<!-- \/bench -->$/gm;

/**
 * Writes the figures of runs into a page: what stands between `<!-- bench: verify -->` and `<!-- /bench -->` becomes the
 * plots and tables of that part; `machine` where the runs were, `targets` all that was to be reached. All else stays.
 *
 * @throws {Error} the page has a block for no part of a run, or none for one of them, or two runs measured the same part
 */
export function fillPage(page: string, published: Published): string {
  const measured = published.runs.flatMap((run) => [...new Set(run.parts.map(({ part }) => part))]);
  const doubled = measured.find((part, index) => measured.indexOf(part) !== index);
  if (doubled !== undefined) throw new Error(`Two of the runs have measured "${doubled}".`);
  const missing = new Set(['machine', 'targets', ...measured]);
  const filled = page.replaceAll(BLOCK, (_block, name: string) => {
    if (!missing.delete(name)) throw new Error(`The page has a block "${name}" that no run fills, or a second one.`);
    return [`<!-- bench: ${name} -->`, ...textsFor(name, published), '<!-- /bench -->'].join('\n\n');
  });
  if (missing.size > 0) throw new Error(`The page has no block for ${[...missing].join(', ')}.`);
  return filled;
}

function textsFor(name: string, { runs, plots }: Published): string[] {
  const parts = runs.flatMap((run) => run.parts);
  if (name === 'machine') return [machinesTable(runs)];
  if (name === 'targets') return [targetsTable(parts)];
  const drawn = plots.filter((plot) => plot.replace(/(?:-\d+)?\.svg$/, '') === name);
  const tables = parts.filter(({ part }) => part === name).map((table) => tableText(table));
  return [...drawn.map((plot) => `![A plot of the part ${name}](performance/${plot})`), ...tables];
}

function machinesTable(runs: readonly BenchmarkDocument[]): string {
  const rows = runs.map(({ startedAt, machine, parts }) => [
    `${startedAt.slice(0, 16).replace('T', ' ')} UTC`,
    `${machine.processor}, ${machine.processors} processors, ${Math.round(machine.memoryMegabytes / 1_000)} GB`,
    machine.system,
    `${machine.node}, ${machine.sqlite}, ${machine.postgres ?? 'none'}`,
    [...new Set(parts.map(({ part }) => part))].join(', '),
  ]);
  const names = ['begun', 'machine', 'system', 'Node.js, SQLite, PostgreSQL', 'parts'];
  return markdownTable([names, ...rows], ['left']);
}

function targetsTable(parts: readonly PartDocument[]): string {
  const rows = parts.flatMap(({ part, figures }) =>
    figures.flatMap(({ what, median, target, reached }) =>
      target === null
        ? []
        : [[part, what, showNumber(median), showTarget(target), reached === true ? 'yes' : '**no**']],
    ),
  );
  const names = ['part', 'ratio', 'median', 'to reach', 'reached'];
  return markdownTable([names, ...rows], ['left', 'left', 'right', 'left', 'left']);
}

function tableText({ title, command, figures, table, notes }: PartDocument): string {
  const texts = [`**${title}.** Again: \`${command}\``];
  if (figures.length > 0) texts.push(figuresTable(figures));
  if (table.length > 0) texts.push(markdownTable(table, ['left']));
  if (notes.length > 0) texts.push(notes.join('\n'));
  return texts.join('\n\n');
}

function figuresTable(figures: readonly FigureDocument[]): string {
  const hasRemarks = figures.some(({ remark }) => remark !== null);
  const rows = figures.map((figure) => [...cellsOf(figure), ...(hasRemarks ? [figure.remark ?? ''] : [])]);
  const names = ['', 'median', 'lowest and highest', 'runs', 'to reach', ...(hasRemarks ? ['remark'] : [])];
  return markdownTable([names, ...rows], ['left', 'right', 'right', 'right', 'left', 'left']);
}

function cellsOf({ what, unit, median, low, high, runs, target, reached }: FigureDocument): string[] {
  const toReach = target === null ? '' : `${showTarget(target)}: ${reached === true ? 'reached' : '**not reached**'}`;
  return [what, `${showNumber(median)} ${unit}`, `${showNumber(low)} to ${showNumber(high)}`, String(runs), toReach];
}
