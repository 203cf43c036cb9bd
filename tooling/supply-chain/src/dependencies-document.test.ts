import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readAllowedBuilds } from './allowed-builds.ts';
import { countLicences } from './allowed-licences.ts';
import { tableUnder } from './document-table.ts';
import { broughtBy, type OwnPackage, packageOf, readPackageGraph } from './package-graph.ts';
import { WORKSPACE } from './workspace.ts';

const DOCUMENT = readFileSync(join(WORKSPACE, 'docs/dependencies.md'), 'utf8');
const graph = readPackageGraph();
const PUBLISHED = graph.own.filter(({ isPublished }) => isPublished);

describe('docs/dependencies.md', () => {
  test('counts what each published package brings as the lockfile has it', () => {
    const counted = PUBLISHED.map((each) => {
      const brought = broughtBy(graph, [each.id]).filter(({ integrity }) => integrity !== undefined);
      const builds = brought.filter(({ forOnePlatform }) => forOnePlatform).length;
      return [each.name, named([each.needs]).size, brought.length - builds, builds].map(String);
    });
    expect(asLines(tableUnder(DOCUMENT, 'What each package brings'))).toEqual(asLines(sorted(counted)));
  });

  test('says why each run-time dependency of a published package is there, and of no other', () => {
    const documented = reasonsUnder('At run time');
    expect(documented).toEqual([...named(PUBLISHED.map(({ needs }) => needs))].toSorted());
  });

  test('says why each other dependency of the workspace is there, once', () => {
    const runTime = named(PUBLISHED.map(({ needs }) => needs));
    const all = named(graph.own.flatMap(({ needs, needsForDevelopment }) => [needs, needsForDevelopment]));
    const groups = ['Tests', 'Checks and building', 'Types', 'Data and benchmarks'];
    expect(groups.flatMap(reasonsUnder).toSorted()).toEqual([...all.difference(runTime)].toSorted());
  });

  test('lists what may run when it is installed as pnpm-workspace.yaml does', () => {
    const documented = tableUnder(DOCUMENT, 'What runs when it is installed').map((cells) => cells.slice(0, 2));
    const allowed = Object.entries(readAllowedBuilds()).map(([name, may]) => [name, may ? 'yes' : 'no']);
    expect(asLines(documented)).toEqual(asLines(sorted(allowed)));
  });

  test('says that nothing of a published package runs when it is installed, and nothing may', () => {
    const names = broughtBy(
      graph,
      PUBLISHED.map(({ id }) => id),
    ).map(({ name }) => name);
    expect(names.filter((name) => name in readAllowedBuilds())).toEqual([]);
  });

  test('counts the packages of each licence as they are installed', () => {
    const counted = Object.entries(countLicences(graph)).map(([licence, { shipped, development }]) =>
      [licence, shipped, development].map(String),
    );
    expect(asLines(tableUnder(DOCUMENT, 'Licences'))).toEqual(asLines(sorted(counted)));
  });
});

/** The dependencies in the table under a heading, each of which has a reason and says what would be missing. */
function reasonsUnder(heading: string): string[] {
  const rows = tableUnder(DOCUMENT, heading);
  expect(rows.filter((cells) => cells.length !== 3 || cells.includes(''))).toEqual([]);
  return rows.map(([name = '']) => name);
}

/** The names of packages from the registry. */
function named(needs: readonly OwnPackage['needs'][]): Set<string> {
  const packages = needs.flatMap((ids) => [...ids]).map((id) => packageOf(graph, id));
  return new Set(packages.filter(({ integrity }) => integrity !== undefined).map(({ name }) => name));
}

function sorted(rows: readonly string[][]): string[][] {
  return rows.toSorted(([one = ''], [other = '']) => (one < other ? -1 : 1));
}

function asLines(rows: readonly (readonly string[])[]): string[] {
  return rows.map((cells) => cells.join(' | '));
}
