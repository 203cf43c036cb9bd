import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchmarkDocument } from './benchmark-document.ts';

const DOCS = fileURLToPath(new URL('../../../docs', import.meta.url));

/** The page for people about the runs that are published. */
export const PAGE = join(DOCS, 'performance.md');
/** Those runs, as `--json` wrote them, and their plots. */
export const PUBLISHED = join(DOCS, 'performance');

/** The published runs, in the order of their names. Each part is in one of them. */
export function readRuns(): BenchmarkDocument[] {
  const names = readdirSync(PUBLISHED).filter((name) => name.endsWith('.json'));
  return names.toSorted().map((name) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by this package, and compared with the page
    return JSON.parse(readFileSync(join(PUBLISHED, name), 'utf8')) as BenchmarkDocument;
  });
}
