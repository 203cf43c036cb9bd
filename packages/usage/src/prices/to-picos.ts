import { scaleDecimal } from './decimal.ts';

const MOST_PICOS = BigInt(Number.MAX_SAFE_INTEGER);

/** Dollars as pico-dollars, times `10^power` of what they are the price of: 12 for one token, 6 for a million. */
export function toPicos(dollars: unknown, power: number): number | { readonly problem: string } {
  if (typeof dollars !== 'number' && typeof dollars !== 'string') return { problem: 'is not a price' };
  const picos = scaleDecimal(dollars, power);
  if (picos === null) return { problem: `is not a price: ${String(dollars).slice(0, 40)}` };
  if (picos > MOST_PICOS) return { problem: `is more than any price: ${String(dollars).slice(0, 40)}` };
  if (picos === 0n && Number(dollars) !== 0) return { problem: 'is less than half a pico-dollar a token' };
  return Number(picos);
}
