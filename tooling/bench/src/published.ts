import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BenchmarkDocument } from './benchmark-document.ts';

const DOCS = new URL('../../../docs/', import.meta.url);

/** The page for people about one run. */
export const PAGE = fileURLToPath(new URL('performance.md', DOCS));
/** That run, as `--json` wrote it. Its plots lie beside. */
export const FIGURES = fileURLToPath(new URL('performance/figures.json', DOCS));

/** Reads what `--json` has written. */
export function readFigures(file: string): BenchmarkDocument {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by this package, and compared with the page
  return JSON.parse(readFileSync(file, 'utf8')) as BenchmarkDocument;
}
