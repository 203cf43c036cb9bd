import { join } from 'node:path';
import { type Lockfile, readLockfile } from './lockfile.ts';
import { readManifest, WORKSPACE } from './workspace.ts';

/** A version of a package, and what it needs at run time. */
export interface Package {
  /** `name@version`. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly needs: ReadonlySet<string>;
  /** Of a package from the registry: the digest of its archive, as `<algorithm>-<base64>`. */
  readonly integrity?: string;
  /** Whether it is installed on one operating system or processor alone, as compiled code is. */
  readonly forOnePlatform: boolean;
}

/** A package of the workspace. */
export interface OwnPackage extends Package {
  readonly folder: string;
  readonly isPublished: boolean;
  /** What work on it needs besides. */
  readonly needsForDevelopment: ReadonlySet<string>;
}

export interface PackageGraph {
  readonly own: readonly OwnPackage[];
  readonly byId: ReadonlyMap<string, Package>;
}

/** Every package that the lockfile knows, with what it brings along. */
export function readPackageGraph(): PackageGraph {
  const lockfile = readLockfile();
  const own = Object.keys(lockfile.importers).map((folder) => ownPackage(lockfile, folder));
  const byId = new Map<string, Package>(own.map((each) => [each.id, each]));
  for (const [snapshot, { dependencies, optionalDependencies }] of Object.entries(lockfile.snapshots)) {
    const id = withoutPeers(snapshot);
    const { resolution, os, cpu, libc, peerDependenciesMeta } = found(lockfile.packages, id);
    const needed = Object.entries({ ...dependencies, ...optionalDependencies })
      .filter(([name]) => peerDependenciesMeta[name]?.optional !== true) // there if somebody else brings it
      .map(([name, version]) => idOf(name, version));
    byId.set(id, {
      id,
      ...splitId(id),
      needs: new Set([...(byId.get(id)?.needs ?? []), ...needed]),
      integrity: resolution.integrity,
      forOnePlatform: (os ?? cpu ?? libc) !== undefined,
    });
  }
  return { own, byId };
}

/** What comes with these packages, themselves included. `enters` says which packages are gone through. */
export function broughtBy(
  graph: PackageGraph,
  ids: Iterable<string>,
  enters: (each: Package) => boolean = () => true,
): Package[] {
  const brought = new Map<string, Package>();
  const ahead = [...ids];
  for (let id = ahead.pop(); id !== undefined; id = ahead.pop()) {
    const each = packageOf(graph, id);
    if (brought.has(id) || !enters(each)) continue;
    brought.set(id, each);
    ahead.push(...each.needs);
  }
  return [...brought.values()].toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

/** The package with this `name@version`. */
export function packageOf(graph: PackageGraph, id: string): Package {
  const each = graph.byId.get(id);
  if (!each) throw new Error(`The lockfile has no ${id}.`);
  return each;
}

function ownPackage(lockfile: Lockfile, folder: string): OwnPackage {
  const { name, version, private: isPrivate } = readManifest(join(WORKSPACE, folder));
  const { dependencies, optionalDependencies, devDependencies } = found(lockfile.importers, folder);
  const ids = (needed: typeof dependencies) =>
    new Set(Object.entries(needed).map(([needs, { version: locked }]) => idFrom(folder, needs, locked)));
  return {
    id: `${name}@${version}`,
    name,
    version,
    folder,
    isPublished: !isPrivate,
    needs: ids({ ...dependencies, ...optionalDependencies }),
    needsForDevelopment: ids(devDependencies),
    forOnePlatform: false,
  };
}

function idFrom(folder: string, name: string, locked: string): string {
  if (!locked.startsWith('link:')) return idOf(name, locked);
  return `${name}@${readManifest(join(WORKSPACE, folder, locked.slice('link:'.length))).version}`;
}

/** An alias is locked as `other-name@version`, everything else as `version`. */
function idOf(name: string, locked: string): string {
  const version = withoutPeers(locked);
  return /^@?[^@]+@/.test(version) ? version : `${name}@${version}`;
}

function withoutPeers(locked: string): string {
  return locked.replace(/\(.*$/, '');
}

function splitId(id: string): { name: string; version: string } {
  const at = id.lastIndexOf('@');
  return { name: id.slice(0, at), version: id.slice(at + 1) };
}

function found<Value>(values: Readonly<Record<string, Value>>, key: string): Value {
  const value = values[key];
  if (value === undefined) throw new Error(`The lockfile has no ${key}.`);
  return value;
}
