import { DONE } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import type { PriceBookDocument, PriceBookWithPricesDocument, PriceDocument } from '../../json-documents.ts';
import { type Cell, pairs, table } from '../../output/table.ts';
import { showTime, showUsd } from '../../output/units.ts';

type Rates = PriceDocument['usd']['base'];

const KINDS: readonly (readonly [keyof Rates, string])[] = [
  ['input', 'input'],
  ['cachedInput', 'cached input'],
  ['cacheWrite', 'cache write'],
  ['audioInput', 'audio input'],
  ['cachedAudio', 'cached audio'],
  ['output', 'output'],
  ['reasoning', 'reasoning'],
  ['audioOutput', 'audio output'],
];

/** A price and the list that it is from. */
export function priceOutcome(document: PriceDocument): Outcome<PriceDocument> {
  return {
    document,
    text: (paint) => `${pairs(priceLines(document), paint)}\n\n${ratesTable(document, paint)}`,
    exitCode: DONE,
  };
}

function priceLines({ provider, model, at, source, version, price, usd }: PriceDocument): [string, Cell][] {
  return [
    ['Model', `${provider} ${model}`],
    ['At', showTime(at)],
    ['From', `${source}, version ${version}`],
    ...(price.perRequest === 0 ? [] : [['A request', showDollars(usd.perRequest)] satisfies [string, Cell]]),
    ...(price.notCounted.length === 0 ? [] : [['Not counted', price.notCounted.join(', ')] satisfies [string, Cell]]),
  ];
}

function ratesTable({ usd: { base, tiers } }: PriceDocument, paint: Parameters<typeof table>[2]): string {
  return table(
    ['a million tokens', 'costs', ...tiers.map(({ over }) => `over ${over}`)],
    KINDS.map(([kind, name]) => [name, showDollars(base[kind]), ...tiers.map((tier) => showDollars(tier[kind]))]),
    paint,
  );
}

/** A decimal, as the API has it, with two digits after the point at least. */
function showDollars(usd: string): string {
  const [whole, fraction = ''] = usd.split('.');
  return `$${whole}.${fraction.padEnd(2, '0')}`;
}

export function priceBookOutcome(document: PriceBookDocument): Outcome<PriceBookDocument> {
  return { document, text: (paint) => pairs(bookLines(document), paint), exitCode: DONE };
}

/** A price book with one line for each price in it. */
export function pricesOfBookOutcome(document: PriceBookWithPricesDocument): Outcome<PriceBookWithPricesDocument> {
  return {
    document,
    text: (paint) =>
      `${pairs(bookLines(document), paint)}\n\n${table(['provider', 'model', 'from', 'input', 'output'], pricesIn(document), paint)}`,
    exitCode: DONE,
  };
}

function bookLines({ version, source, importedAt }: PriceBookDocument): [string, Cell][] {
  return [
    ['Version', version],
    ['Source', source],
    ['Made', showTime(importedAt)],
  ];
}

function pricesIn({ prices }: PriceBookWithPricesDocument): Cell[][] {
  return prices.flatMap(({ provider, models }) =>
    models.flatMap(({ model, prices: pricesOfModel }) =>
      pricesOfModel.map(({ from, input, output }): Cell[] => [
        provider,
        model,
        from === undefined ? 'always' : showTime(from),
        input === undefined ? null : showPicos(input),
        output === undefined ? null : showPicos(output),
      ]),
    ),
  );
}

/** Pico-dollars a token are millionths of a dollar a million tokens. */
function showPicos(picos: number): string {
  return showUsd(BigInt(picos) * 1000n);
}
