import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { WORKSPACE } from './workspace.ts';

const versions = z.record(z.string(), z.string()).default({});
const resolved = z.record(z.string(), z.object({ version: z.string() })).default({});
const platforms = z.array(z.string()).optional();

const lockfileSchema = z.object({
  lockfileVersion: z.literal('9.0'),
  /** The packages of the workspace, by folder. */
  importers: z.record(
    z.string(),
    z.object({ dependencies: resolved, optionalDependencies: resolved, devDependencies: resolved }),
  ),
  /** What the registry says of a version, by `name@version`. */
  packages: z.record(
    z.string(),
    z.object({
      resolution: z.object({ integrity: z.string() }),
      os: platforms,
      cpu: platforms,
      libc: platforms,
      peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean() })).default({}),
    }),
  ),
  /** What a version depends on, by `name@version(peer@version)…`. */
  snapshots: z.record(z.string(), z.object({ dependencies: versions, optionalDependencies: versions })),
});

export type Lockfile = z.infer<typeof lockfileSchema>;

/** Reads `pnpm-lock.yaml`. Refuses a format that it does not know. */
export function readLockfile(): Lockfile {
  return lockfileSchema.parse(parse(readFileSync(join(WORKSPACE, 'pnpm-lock.yaml'), 'utf8')));
}
