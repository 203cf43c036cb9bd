import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readAllowedBuilds } from './allowed-builds.ts';
import { installedFolder, installScripts } from './installed-package.ts';
import { readPackageGraph } from './package-graph.ts';

const ALLOWED = readAllowedBuilds();
const LOCKED = [...readPackageGraph().byId.values()];

test('no package has a script for its installation that is neither allowed nor refused by name', () => {
  const withScripts = LOCKED.flatMap((each) => {
    const folder = each.integrity === undefined ? undefined : installedFolder(each);
    const scripts = folder === undefined ? [] : installScripts(folder);
    return scripts.map((script) => ({ name: each.name, found: `${each.id}: ${script}` }));
  });

  expect(withScripts.map(({ name }) => name)).toEqual(expect.arrayContaining(['esbuild', 'node']));
  expect(withScripts.filter(({ name }) => !(name in ALLOWED)).map(({ found }) => found)).toEqual([]);
});

test('no package is allowed or refused that nobody depends on any more', () => {
  const names = new Set(LOCKED.map(({ name }) => name));
  expect(Object.keys(ALLOWED).filter((name) => !names.has(name))).toEqual([]);
});

test.each([
  ['a script after the installation', { scripts: { postinstall: 'node x.js' } }, ['postinstall']],
  ['code to compile', { scripts: { test: 'x' } }, ['node-gyp rebuild']],
  ['code that was compiled before', { gypfile: false }, []],
])('what an installation would run is found: %s', (_, manifest, expected) => {
  const folder = mkdtempSync(join(tmpdir(), 'iron-package-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'planted', ...manifest }));
  if (!('scripts' in manifest && 'postinstall' in manifest.scripts)) writeFileSync(join(folder, 'binding.gyp'), '{}');
  expect(installScripts(folder)).toEqual(expected);
});
