/** In milliseconds. A quarter of an hour is the least by which the clocks of two time zones differ. */
export const QUARTER = 900_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;
