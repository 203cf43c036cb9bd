import { licenceOf } from './licence.ts';
import { installedFolder } from './installed-package.ts';
import { broughtBy, type Package, type PackageGraph } from './package-graph.ts';
import { shippedWith } from './shipped.ts';

/** Licences that ask whoever passes the code on for no more than a notice. */
const SHIPPED: readonly string[] = ['Apache-2.0', 'BSD-3-Clause', 'ISC', 'MIT'];

/** Licences of what no user gets. That of lightningcss is about changes to its own files. */
const DEVELOPMENT: readonly string[] = [...SHIPPED, '(MIT AND Zlib)', 'BSD-2-Clause', 'MPL-2.0'];

/** Packages from the registry by whom they reach: users, or those alone who work on Iron. */
export function byReach(graph: PackageGraph): { readonly shipped: Package[]; readonly development: Package[] } {
  const published = graph.own.filter(({ isPublished }) => isPublished);
  const shipped = new Set(published.flatMap((each) => shippedWith(graph, each)).map(({ id }) => id));
  const all = broughtBy(
    graph,
    graph.own.flatMap((each) => [each.id, ...each.needsForDevelopment]),
  );
  const fromRegistry = all.filter(({ integrity }) => integrity !== undefined);
  return {
    shipped: fromRegistry.filter(({ id }) => shipped.has(id)),
    development: fromRegistry.filter(({ id }) => !shipped.has(id)),
  };
}

/** Packages whose licence is not among the allowed, as `name@version: licence`. */
export function refusedLicences(graph: PackageGraph): string[] {
  const { shipped, development } = byReach(graph);
  const refused = (packages: readonly Package[], allowed: readonly string[]) =>
    packages
      .map((each) => ({ id: each.id, licence: licenceOf(graph, each) }))
      .filter(({ licence }) => !allowed.includes(licence))
      .map(({ id, licence }) => `${id}: ${licence}`);
  const installed = development.filter((each) => installedFolder(each) !== undefined);
  return [...refused(shipped, SHIPPED), ...refused(installed, DEVELOPMENT)];
}

/** How many packages have which licence, without those that are for one platform and what only they need. */
export function countLicences(graph: PackageGraph): Record<string, { shipped: number; development: number }> {
  const counts: Record<string, { shipped: number; development: number }> = {};
  const everywhere = installedEverywhere(graph);
  for (const [reach, packages] of Object.entries(byReach(graph))) {
    for (const each of packages.filter(({ id }) => everywhere.has(id))) {
      const count = (counts[licenceOf(graph, each)] ??= { shipped: 0, development: 0 });
      count[reach === 'shipped' ? 'shipped' : 'development'] += 1;
    }
  }
  return counts;
}

function installedEverywhere(graph: PackageGraph): Set<string> {
  const starts = graph.own.flatMap((each) => [each.id, ...each.needsForDevelopment]);
  return new Set(broughtBy(graph, starts, ({ forOnePlatform }) => !forOnePlatform).map(({ id }) => id));
}
