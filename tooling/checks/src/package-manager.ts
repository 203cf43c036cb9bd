import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { WORKSPACE } from './workspace.ts';

const manifestSchema = z.object({ packageManager: z.string() });

/** The pinned pnpm, as npx wants it named: `pnpm@<version>`. */
export const PACKAGE_MANAGER = manifestSchema.parse(
  JSON.parse(readFileSync(join(WORKSPACE, 'package.json'), 'utf8')),
).packageManager;
