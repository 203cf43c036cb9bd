/** An amount of nano-dollars in dollars, exactly: 350,000 is `0.00035`. */
export function formatUsd(nanos: number | bigint): string {
  const digits = String(nanos).padStart(10, '0');
  const fraction = digits.slice(-9).replace(/0+$/, '');
  return fraction === '' ? digits.slice(0, -9) : `${digits.slice(0, -9)}.${fraction}`;
}
