import { broughtBy, type OwnPackage, type Package, type PackageGraph, packageOf } from './package-graph.ts';

/** Files of these are copied into what a package publishes, so that whoever installs it has them, too. */
const COPIED: Readonly<Record<string, string>> = {
  '@iron/server': 'swagger-ui-dist',
  '@iron/usage': '@pydantic/genai-prices',
};

/** What whoever installs a package of the workspace gets: itself, all that it needs, and what is copied into those. */
export function shippedWith(graph: PackageGraph, start: OwnPackage): Package[] {
  const brought = broughtBy(graph, [start.id]).map((each) => withCopied(graph, each));
  const copied = brought.flatMap(({ name, needs }) =>
    [...needs].filter((id) => isCopied(name, id)).map((id) => packageOf(graph, id)),
  );
  return [...brought, ...copied].toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

function withCopied(graph: PackageGraph, each: Package): Package {
  if (COPIED[each.name] === undefined) return each;
  const source = graph.own.find(({ id }) => id === each.id)?.needsForDevelopment ?? new Set();
  const copied = [...source].filter((id) => isCopied(each.name, id));
  if (copied.length !== 1) throw new Error(`${each.id} has no development dependency ${COPIED[each.name]}.`);
  return { ...each, needs: each.needs.union(new Set(copied)) };
}

function isCopied(into: string, id: string): boolean {
  return COPIED[into] !== undefined && id.startsWith(`${COPIED[into]}@`);
}
