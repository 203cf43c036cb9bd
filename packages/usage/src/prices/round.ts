/** How a quotient becomes an integer: to the nearest, a half to the even one; or up. */
export type Rounding = 'half-even' | 'up';

/** `dividend / divisor` as an integer, exactly rounded. Both are at least 0. */
export function divideRounded(dividend: bigint, divisor: bigint, rounding: Rounding): bigint {
  const quotient = dividend / divisor;
  const remainder = dividend % divisor;
  if (remainder === 0n) return quotient;
  return isRoundedUp(quotient, remainder * 2n - divisor, rounding) ? quotient + 1n : quotient;
}

function isRoundedUp(quotient: bigint, beyondHalf: bigint, rounding: Rounding): boolean {
  if (rounding === 'up' || beyondHalf > 0n) return true;
  return beyondHalf === 0n && quotient % 2n === 1n;
}
