import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

export const WORKSPACE = fileURLToPath(new URL('../../../', import.meta.url));

const manifestSchema = z.object({
  name: z.string(),
  version: z.string().default('0.0.0'),
  description: z.string().optional(),
  license: z.string().optional(),
  private: z.boolean().default(false),
  gypfile: z.boolean().optional(),
  scripts: z.record(z.string(), z.string()).default({}),
});

/** What a `package.json` says, as far as it matters here. */
export type Manifest = z.infer<typeof manifestSchema>;

/** Reads the `package.json` in a folder. */
export function readManifest(folder: string): Manifest {
  return manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
}
