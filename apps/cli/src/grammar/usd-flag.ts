import { z } from 'zod';

const NANOS_DECIMALS = 9;

/** Dollars as they are typed, `20` or `0.005`, in nano-dollars: exactly, without a binary fraction on the way. */
export function usd({ belowZero = false } = {}) {
  const expected = `must be dollars such as 20 or 0.005${belowZero ? ' or -1.50' : ''}, with at most ${NANOS_DECIMALS} decimals`;
  return z
    .string()
    .regex(belowZero ? /^-?\d+(\.\d{1,9})?$/ : /^\d+(\.\d{1,9})?$/, expected)
    .transform(toNanos)
    .refine(Number.isSafeInteger, 'is more than Iron can count');
}

function toNanos(typed: string): number {
  const [whole = '', fraction = ''] = typed.split('.');
  return Number(BigInt(whole + fraction.padEnd(NANOS_DECIMALS, '0')));
}
