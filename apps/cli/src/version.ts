import { readFileSync } from 'node:fs';
import { z } from 'zod';

const manifest = z.object({ version: z.string(), engines: z.object({ node: z.string() }) });

/** The version of this package, as its package.json says. */
export function readVersion(): string {
  return readManifest().version;
}

/** The first version of Node.js that it is made for: `24.16`. */
export function neededNode(): string {
  return readManifest().engines.node.replace('>=', '');
}

function readManifest(): z.output<typeof manifest> {
  return manifest.parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));
}
