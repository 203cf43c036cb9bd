import { divideRounded } from './round.ts';

/** Of no more digits than any price has: to read very many takes longer than it takes to send them. */
const DECIMAL = /^(\d{1,400})(?:\.(\d{1,400}))?(?:e([+-]?\d{1,3}))?$/i;

/**
 * `value * 10^power` as an integer, a half rounded to the even one. A number counts as the shortest decimal that is
 * read back as it (0.1 is one tenth), so nothing of the arithmetic is in binary fractions.
 *
 * @returns null when it is no decimal number of at least 0
 */
export function scaleDecimal(value: number | string, power: number): bigint | null {
  const match = DECIMAL.exec(String(value));
  if (!match) return null;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const digits = BigInt(whole + fraction);
  const shift = power + Number(exponent) - fraction.length;
  return shift >= 0 ? digits * 10n ** BigInt(shift) : divideRounded(digits, 10n ** BigInt(-shift), 'half-even');
}
