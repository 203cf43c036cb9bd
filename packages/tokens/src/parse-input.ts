// Going away: take these from @iron/db and fields.ts.
export { pageSchema, parseInput } from '@iron/db';
export { actorSchema, text } from './fields.ts';
