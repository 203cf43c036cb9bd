import { readFileSync, writeFileSync } from 'node:fs';
import { fillPage } from './performance-page.ts';
import { PERFORMANCE_PAGE, readPublished } from './published.ts';

// After `pnpm bench --json docs/performance/<name>.json --plots docs/performance`.
writeFileSync(PERFORMANCE_PAGE, fillPage(readFileSync(PERFORMANCE_PAGE, 'utf8'), readPublished()));
