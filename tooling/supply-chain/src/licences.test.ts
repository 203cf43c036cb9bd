import { expect, test } from 'vitest';
import { byReach, refusedLicences } from './allowed-licences.ts';
import { installedFolder } from './installed-package.ts';
import { licenceOf, wholeOf } from './licence.ts';
import { readPackageGraph } from './package-graph.ts';

const graph = readPackageGraph();

test('no package has a licence that is not allowed for whom it reaches', () => {
  expect(refusedLicences(graph)).toEqual([]);
});

test('what is compiled for this platform has the licence that is taken for granted of the other platforms', () => {
  const parts = byReach(graph).shipped.filter((each) => each.forOnePlatform && installedFolder(each) !== undefined);
  const differing = parts.filter((part) => licenceOf(graph, part) !== licenceOf(graph, wholeOf(graph, part)));
  expect(parts.map(({ name }) => name)).toContainEqual(expect.stringMatching('^@node-rs/argon2-'));
  expect(differing).toEqual([]);
});
