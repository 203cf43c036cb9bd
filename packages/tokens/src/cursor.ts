// Going away: take these from @iron/db.
export { makePage, type Page, readCursor } from '@iron/db';
