import type { DatabaseStructure } from './database-structure.ts';
import { describeStructure, type Fact, type Part } from './describe-structure.ts';

/** One thing in which a database is not as expected. */
export interface StructureDifference {
  /** The table or view: `table api_tokens`. */
  readonly object: string;
  /** What of it: `column name`, `index idx_api_tokens_user`; empty when it is the object itself. */
  readonly path: string;
  readonly expected: Fact;
  readonly actual: Fact;
  /** A sentence without its full stop, such as `table users: column role is missing`. */
  readonly message: string;
}

/** Beyond it, as for two texts of a trigger, the sentence only says that there is a difference. */
const LONGEST_VERDICT = 120;

/** Every difference between two structures, in a fixed order. Of what is missing or too much, the parts are not listed. */
export function compareStructures(expected: DatabaseStructure, actual: DatabaseStructure): StructureDifference[] {
  return compareParts([], describeStructure(expected), describeStructure(actual));
}

function compareParts(
  place: readonly string[],
  expected: readonly Part[],
  actual: readonly Part[],
): StructureDifference[] {
  const byName = new Map(actual.map((part) => [part.name, part]));
  const known = new Set(expected.map(({ name }) => name));
  const unexpected = actual.filter(({ name }) => !known.has(name));
  return [
    ...expected.flatMap((part) => {
      const here = [...place, part.name];
      const counterpart = byName.get(part.name);
      return counterpart
        ? comparePart(here, part, counterpart)
        : [difference(here, 'present', 'missing', 'is missing')];
    }),
    ...unexpected.map(({ name }) => difference([...place, name], 'missing', 'present', 'should not be there')),
  ];
}

function comparePart(place: readonly string[], expected: Part, actual: Part): StructureDifference[] {
  return [
    ...Object.entries(expected.facts).flatMap(([name, wanted]) => compareFact(place, name, wanted, actual.facts[name])),
    ...compareOrder(place, expected.order ?? [], actual.order ?? []),
    ...compareParts(place, expected.parts, actual.parts),
  ];
}

function compareFact(place: readonly string[], name: string, wanted: Fact, found: Fact = null): StructureDifference[] {
  if (found === wanted) return [];
  if (typeof found === 'boolean') return [difference(place, wanted, found, `is ${found ? '' : 'not '}${name}`)];
  return [difference([...place, name], wanted, found, verdictOn(wanted, found))];
}

/** The order of what both have: a missing column does not put the others out of order. */
function compareOrder(
  place: readonly string[],
  expected: readonly string[],
  actual: readonly string[],
): StructureDifference[] {
  const wanted = expected.filter((name) => actual.includes(name)).join(', ');
  const found = actual.filter((name) => expected.includes(name)).join(', ');
  return wanted === found ? [] : [difference([...place, 'order'], wanted, found, verdictOn(wanted, found))];
}

function verdictOn(wanted: Fact, found: Fact): string {
  const both = `is ${found ?? 'none'} instead of ${wanted ?? 'none'}`;
  return both.length <= LONGEST_VERDICT ? both : 'is not as expected';
}

function difference(place: readonly string[], expected: Fact, actual: Fact, verdict: string): StructureDifference {
  const [object = '', ...path] = place;
  return { object, path: path.join(': '), expected, actual, message: `${place.join(': ')} ${verdict}` };
}
