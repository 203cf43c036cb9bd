import type { BenchmarkDocument } from './benchmark-document.ts';
import { markdownTable } from './markdown-table.ts';
import { showNumber, showTarget } from './report.ts';

type PartDocument = BenchmarkDocument['parts'][number];
type FigureDocument = PartDocument['figures'][number];

const BLOCK = /^<!-- bench: (?<part>\S+) -->\n[^]*?^<!-- \/bench -->$/gm;

/**
 * Writes the figures of a run into a page: what stands between `<!-- bench: verify -->` and `<!-- /bench -->` becomes the
 * tables of that part. All else stays as it is.
 *
 * @throws {Error} the page has a block for no part of the run, or none for one of them
 */
export function fillPage(page: string, { parts }: BenchmarkDocument): string {
  const missing = new Set(parts.map(({ part }) => part));
  const filled = page.replaceAll(BLOCK, (_block, name: string) => {
    const tables = parts.filter(({ part }) => part === name);
    if (tables.length === 0) throw new Error(`The page has a block for "${name}", which this run has not measured.`);
    missing.delete(name);
    return [`<!-- bench: ${name} -->`, ...tables.map((table) => tableText(table)), '<!-- /bench -->'].join('\n\n');
  });
  if (missing.size > 0) throw new Error(`The page has no block for ${[...missing].join(', ')}.`);
  return filled;
}

function tableText({ title, command, figures, table, notes }: PartDocument): string {
  const texts = [`**${title}.** Again: \`${command}\``];
  if (figures.length > 0) texts.push(figuresTable(figures));
  if (table.length > 0) texts.push(markdownTable(table, ['left']));
  if (notes.length > 0) texts.push(notes.join('\n'));
  return texts.join('\n\n');
}

function figuresTable(figures: readonly FigureDocument[]): string {
  const remarks = figures.some(({ remark }) => remark !== null);
  const rows = figures.map((figure) => [...cellsOf(figure), ...(remarks ? [figure.remark ?? ''] : [])]);
  const names = ['', 'median', 'lowest and highest', 'runs', 'to reach', ...(remarks ? ['remark'] : [])];
  return markdownTable([names, ...rows], ['left', 'right', 'right', 'right', 'left', 'left']);
}

function cellsOf({ what, unit, median, low, high, runs, target, reached }: FigureDocument): string[] {
  const toReach = target === null ? '' : `${showTarget(target)}: ${reached === true ? 'reached' : 'NOT REACHED'}`;
  return [what, `${showNumber(median)} ${unit}`, `${showNumber(low)} to ${showNumber(high)}`, String(runs), toReach];
}
