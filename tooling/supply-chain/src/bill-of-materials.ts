import { licenceOf } from './licence.ts';
import type { Package, PackageGraph } from './package-graph.ts';
import { shippedWith } from './shipped.ts';

const ALGORITHMS: Readonly<Record<string, string>> = { sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' };

/**
 * What whoever installs a package of the workspace gets, as CycloneDX 1.6. It follows from the lockfile and the
 * installed packages alone: no time, no serial number, and the parts for every platform on every platform.
 */
export function billOfMaterials(graph: PackageGraph, name: string): object {
  const start = graph.own.find((each) => each.name === name);
  if (!start) throw new Error(`The workspace has no package ${name}.`);
  const shipped = shippedWith(graph, start);
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { ...componentOf(graph, start), type: 'application' } },
    components: shipped.filter(({ id }) => id !== start.id).map((each) => componentOf(graph, each)),
    dependencies: shipped.map((each) => ({
      ref: purlOf(each),
      dependsOn: shipped.filter(({ id }) => each.needs.has(id)).map(purlOf),
    })),
  };
}

/** What a package is called among all kinds of packages: `pkg:npm/%40scope/name@version`. */
function purlOf({ name, version }: Package): string {
  return `pkg:npm/${name.replace('@', '%40')}@${encodeURIComponent(version)}`;
}

function componentOf(graph: PackageGraph, each: Package): object {
  const [scope, name] = each.name.startsWith('@') ? each.name.split('/') : [undefined, each.name];
  const licence = licenceOf(graph, each);
  return {
    type: 'library',
    'bom-ref': purlOf(each),
    ...(scope === undefined ? {} : { group: scope }),
    name,
    version: each.version,
    scope: each.forOnePlatform ? 'optional' : 'required',
    ...(each.integrity === undefined ? {} : { hashes: [hashOf(each.integrity)] }),
    licenses: [/[ ()]/.test(licence) ? { expression: licence } : { license: { id: licence } }],
    purl: purlOf(each),
  };
}

function hashOf(integrity: string): { alg: string; content: string } {
  const [, algorithm = '', digest = ''] = /^(sha\d+)-([\w+/]+=*)$/.exec(integrity) ?? [];
  const alg = ALGORITHMS[algorithm];
  if (alg === undefined) throw new Error(`The lockfile has an integrity of an unknown kind: ${integrity}`);
  return { alg, content: Buffer.from(digest, 'base64').toString('hex') };
}
