/** `2026-03-01 12:30:05 UTC`: for human eyes; JSON carries the milliseconds. What is no time is shown as it is. */
export function showTime(milliseconds: number): string {
  if (Number.isNaN(new Date(milliseconds).valueOf())) return String(milliseconds);
  return `${new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

const AGES = [
  { unit: 'day', length: 86_400_000 },
  { unit: 'hour', length: 3_600_000 },
  { unit: 'minute', length: 60_000 },
  { unit: 'second', length: 1000 },
] as const;

/** `3 hours`: the largest unit that fits, rounded down. A clock that ran backwards shows as `0 seconds`. */
export function showAge(milliseconds: number): string {
  const age = AGES.find(({ length }) => milliseconds >= length) ?? { unit: 'second', length: 1000 };
  return showCount(Math.max(0, Math.floor(milliseconds / age.length)), age.unit);
}

/** `$20.00`, `$0.00035`: nano-dollars in dollars, exactly, with two decimals at least. Sums come as texts of digits. */
export function showUsd(nanos: number | bigint | string): string {
  const amount = BigInt(nanos);
  const digits = String(amount < 0n ? -amount : amount).padStart(10, '0');
  const fraction = digits.slice(-9).replace(/0{1,7}$/, '');
  return `${amount < 0n ? '-' : ''}$${digits.slice(0, -9)}.${fraction}`;
}

const SIZES = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `252.0 KiB`, `17 bytes`. */
export function showSize(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log2(bytes) / 10));
  return power === 0 ? showCount(bytes, 'byte') : `${(bytes / 1024 ** power).toFixed(1)} ${SIZES[power]}`;
}

/** `1 row`, `3 rows`, `2 indexes`. */
export function showCount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
