import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchmarkDocument } from './benchmark-document.ts';
import type { Published } from './performance-page.ts';

const DOCS = fileURLToPath(new URL('../../../docs', import.meta.url));
const FOLDER = join(DOCS, 'performance');

/** The page for people about the runs that are published. */
export const PERFORMANCE_PAGE = join(DOCS, 'performance.md');

/** Those runs, as `--json` wrote them, and the names of their plots. */
export function readPublished(): Published {
  const names = readdirSync(FOLDER).toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }));
  const plots = names.filter((name) => name.endsWith('.svg'));
  const runs = names
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by this package, and compared with the page
      return JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as BenchmarkDocument;
    });
  return { runs, plots };
}
