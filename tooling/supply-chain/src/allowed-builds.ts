import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { WORKSPACE } from './workspace.ts';

const settingsSchema = z.object({ strictDepBuilds: z.literal(true), allowBuilds: z.record(z.string(), z.boolean()) });

/** Which packages may run scripts when they are installed, and which may not, by name. */
export function readAllowedBuilds(): Readonly<Record<string, boolean>> {
  return settingsSchema.parse(parse(readFileSync(join(WORKSPACE, 'pnpm-workspace.yaml'), 'utf8'))).allowBuilds;
}
