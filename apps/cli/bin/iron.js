#!/usr/bin/env node
// Plain JavaScript that an old Node can read, because it has to be the one to say which Node is needed:
// better-sqlite3 does not refuse an old Node, it crashes it.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const NEEDED_MAJOR = 24;
const source = new URL('../src/main.ts', import.meta.url);
const inWorkspace = existsSync(source);

if (Number.parseInt(process.versions.node, 10) < NEEDED_MAJOR) {
  process.stderr.write(
    `iron needs Node.js ${NEEDED_MAJOR} or newer; this is Node.js ${process.versions.node} (${process.execPath}).\n` +
      (inWorkspace
        ? 'Start it with pnpm, which brings the right Node.js: pnpm --filter cli iron …\n'
        : `Get it from https://nodejs.org or with a version manager, for example: nvm install ${NEEDED_MAJOR}\n`),
  );
  process.exitCode = 1;
} else {
  // From its sources it is hundreds of modules, and compiling them is a third of what a short command takes.
  const compiled = fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url));
  if (inWorkspace) module.enableCompileCache(compiled);
  void import(inWorkspace ? source.href : new URL('../dist/main.js', import.meta.url).href);
}
