export { type LocalDate, type ZoneClock, clockOf, isTimeZone } from './zone-clock.ts';
