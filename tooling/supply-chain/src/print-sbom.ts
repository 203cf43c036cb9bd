import { billOfMaterials } from './bill-of-materials.ts';
import { readPackageGraph } from './package-graph.ts';

process.stdout.write(`${JSON.stringify(billOfMaterials(readPackageGraph(), '@iron/cli'), undefined, 2)}\n`);
