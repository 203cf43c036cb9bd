import { parseArgs } from 'node:util';
import type { Part } from './part.ts';

/** What is to be measured, and where it is written. */
export interface Flags {
  readonly help: boolean;
  readonly quick: boolean;
  readonly parts: readonly Part[];
  /** Whether what Iron is compared with is installed and measured. */
  readonly withPeers: boolean;
  /** Minutes; `undefined`: what is measured are the parts. */
  readonly soak: number | undefined;
  readonly json: string | undefined;
  readonly plots: string | undefined;
}

const BOOLEAN = { type: 'boolean' } as const;
const TEXT = { type: 'string' } as const;
const OPTIONS = {
  help: BOOLEAN,
  quick: BOOLEAN,
  'without-peers': BOOLEAN,
  only: { type: 'string', multiple: true },
  soak: TEXT,
  json: TEXT,
  plots: TEXT,
} as const;

/**
 * Reads the words of a command line.
 *
 * @throws {Error} one of them is unknown, or makes no sense; it says which ones do
 */
export function readFlags(words: readonly string[], all: readonly Part[]): Flags {
  const { values } = parseArgs({ args: [...words], options: OPTIONS });
  const { help = false, quick = false, only = [], soak, json, plots } = values;
  const withPeers = values['without-peers'] !== true;
  if (soak !== undefined && !/^[1-9]\d*$/.test(soak)) throw new Error(`--soak takes whole minutes, and not "${soak}".`);
  if (soak !== undefined && words.some((word) => /^--(quick|only|without-peers|json|plots)/.test(word))) {
    throw new Error('--soak goes without other flags.');
  }
  const minutes = soak === undefined ? undefined : Number(soak);
  return { help, quick, parts: partsOf(all, only, quick), withPeers, soak: minutes, json, plots };
}

function partsOf(all: readonly Part[], names: readonly string[], quick: boolean): readonly Part[] {
  const unknown = names.find((name) => all.every((part) => part.name !== name));
  if (unknown !== undefined) {
    throw new Error(`There is no part "${unknown}". The parts are: ${all.map(({ name }) => name).join(', ')}.`);
  }
  if (names.length > 0) return all.filter(({ name }) => names.includes(name));
  return quick ? all.filter(({ needsTime }) => needsTime !== true) : all;
}
