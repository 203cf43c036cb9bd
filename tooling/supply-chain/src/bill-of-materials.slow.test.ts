import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { WORKSPACE } from './workspace.ts';

const hash = z.object({ alg: z.string(), content: z.string().regex(/^[\da-f]{128}$/) });
const component = z.object({
  purl: z.string(),
  version: z.string(),
  licenses: z.tuple([z.object({ license: z.object({ id: z.string() }) })]).optional(),
  hashes: z.tuple([hash]).optional(),
  externalReferences: z.array(z.object({ type: z.string(), hashes: z.array(hash).optional() })).default([]),
});
const bill = z.object({
  specVersion: z.string(),
  components: z.array(component),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});
type Component = z.infer<typeof component>;

/** The workspace's own packages have no archive. */
const OWN = /^pkg:npm\/%40iron\//;

const printed = run(join(WORKSPACE, 'node_modules/.bin/node'), 'tooling/supply-chain/src/print-sbom.ts');
const { components, dependencies } = bill.parse(JSON.parse(printed));

test('the bill of materials lists what pnpm finds at run time, the files that are shipped, and no peer for nobody', () => {
  const byPnpm = billOfPnpm('--lockfile-only').map(({ purl }) => purl);
  const ours = components.map(({ purl }) => purl);

  expect(byPnpm.length).toBeGreaterThan(60);
  expect(new Set(byPnpm).difference(new Set(ours))).toEqual(new Set(['pkg:npm/%40types/pg@8.23.1']));
  expect([...new Set(ours).difference(new Set(byPnpm))].map((purl) => purl.replace(/@[\d.]+$/, ''))).toEqual([
    'pkg:npm/%40pydantic/genai-prices',
    'pkg:npm/swagger-ui-dist',
  ]);
});

test('each archive has the digest that pnpm reads from the lockfile, and only the own packages have none', () => {
  const byPnpm = new Map(billOfPnpm('--lockfile-only').map((each) => [each.purl, digestOfArchive(each)]));
  const differing = components.filter(
    ({ purl, hashes }) => byPnpm.has(purl) && hashes?.[0].content !== byPnpm.get(purl),
  );

  expect(differing.map(({ purl }) => purl)).toEqual([]);
  expect(components.flatMap(({ hashes }) => hashes ?? []).every(({ alg }) => alg === 'SHA-512')).toBe(true);
  expect(components.filter(({ hashes }) => !hashes).every(({ purl }) => OWN.test(purl))).toBe(true);
});

test('each package that is installed here has the licence that pnpm reads in it, and no package is without', () => {
  const byPnpm = new Map(billOfPnpm().map(({ purl, licenses }) => [purl, licenses?.[0].license.id]));
  const differing = components.filter(({ purl, licenses }) => {
    const installed = byPnpm.get(purl);
    return licenses === undefined || (installed !== undefined && licenses[0].license.id !== installed);
  });
  expect(differing.map(({ purl }) => purl)).toEqual([]);
});

test('every package of the bill is needed by another one, down from the command', () => {
  const needed = new Set(dependencies.flatMap(({ dependsOn }) => dependsOn));
  expect(components.map(({ purl }) => purl).filter((purl) => !needed.has(purl))).toEqual([]);
  expect(needed.isSubsetOf(new Set(components.map(({ purl }) => purl)))).toBe(true);
});

test('two runs of the documented command print the same bytes, and nothing else', () => {
  expect(run('npx', '-y', pnpm(), '--silent', 'sbom:cli')).toBe(printed);
});

function billOfPnpm(...flags: readonly string[]): Component[] {
  const words = ['--filter', '@iron/cli', 'sbom', '--sbom-format', 'cyclonedx', '--prod', ...flags];
  return bill.parse(JSON.parse(run('npx', '-y', pnpm(), ...words))).components;
}

function digestOfArchive({ externalReferences }: Component): string | undefined {
  return externalReferences.find(({ type }) => type === 'distribution')?.hashes?.[0]?.content;
}

/** The pinned pnpm, as npx wants it named. */
function pnpm(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(WORKSPACE, 'package.json'), 'utf8'));
  return z.object({ packageManager: z.string() }).parse(manifest).packageManager;
}

/** What a program prints to standard output. It installs nothing. */
function run(program: string, ...words: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    cwd: WORKSPACE,
    encoding: 'utf8',
    env: { ...process.env, NODE_COMPILE_CACHE: undefined, pnpm_config_verify_deps_before_run: 'false' },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}
