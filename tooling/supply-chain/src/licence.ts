import { installedManifest } from './installed-package.ts';
import { type Package, type PackageGraph, packageOf } from './package-graph.ts';
import { readManifest, WORKSPACE } from './workspace.ts';

/**
 * The licence that a package names, in the words of SPDX. What is compiled for another platform is not installed, and
 * has the licence of the package that it is a part of.
 */
export function licenceOf(graph: PackageGraph, each: Package): string {
  const own = graph.own.find(({ id }) => id === each.id);
  const manifest = own ? readManifest(`${WORKSPACE}/${own.folder}`) : installedManifest(each);
  if (manifest) return manifest.license ?? 'none';
  if (!each.forOnePlatform) throw new Error(`${each.id} is not installed. Install it: pnpm install`);
  return licenceOf(graph, wholeOf(graph, each));
}

/** The package that needs a compiled part of itself. */
export function wholeOf(graph: PackageGraph, part: Package): Package {
  const [whole, ...others] = [...graph.byId.values()].filter(({ needs }) => needs.has(part.id));
  if (!whole || others.length > 0) throw new Error(`${part.id} is a part of more than one package, or of none.`);
  return packageOf(graph, whole.id);
}
