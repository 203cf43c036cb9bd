const STEPS = [1, 2, 5, 10];
const MOST_TICKS = 6;

/** Round numbers from zero to at least `highest`, which is to be seen on an axis. */
export function ticksUpTo(highest: number): number[] {
  if (!(highest > 0) || !Number.isFinite(highest)) return [0, 1];
  const power = 10 ** Math.floor(Math.log10(highest / MOST_TICKS));
  const step = power * (STEPS.find((each) => highest / (each * power) <= MOST_TICKS) ?? 10);
  const count = Math.ceil(Number((highest / step).toFixed(9)));
  return Array.from({ length: count + 1 }, (_, tick) => Number((tick * step).toPrecision(12)));
}

/** A number that people count with: `1 million`. */
export function countText(count: number): string {
  return count >= 1_000_000 ? `${count / 1_000_000} million` : count.toLocaleString('en');
}
