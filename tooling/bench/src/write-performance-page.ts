import { readFileSync, writeFileSync } from 'node:fs';
import { fillPage } from './performance-page.ts';
import { PAGE, readRuns } from './published.ts';

// After `pnpm bench --json docs/performance/figures.json --plots docs/performance`.
writeFileSync(PAGE, fillPage(readFileSync(PAGE, 'utf8'), readRuns()));
