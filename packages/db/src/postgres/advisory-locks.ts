/** The letters `Iron`. Advisory locks are of one database of the server, and other programs there may have theirs. */
const IRON = 1_232_236_398;
const LIFECYCLE = 2;

/** Of every writer: who has it is alone with the database; calls share it, and shut each other out by rows alone. */
export const WRITE_LOCK = `${IRON}, 1`;

/** Of whoever migrates, copies or replaces the database as a whole. */
export const LIFECYCLE_LOCK = `${IRON}, ${LIFECYCLE}`;

/** Of whoever copies to the database. */
export const COPY_LOCK = `${IRON}, 6`;

/** Whether the row `l` of `pg_locks` says that somebody has the {@link LIFECYCLE_LOCK} of this database. */
export const HAS_LIFECYCLE_LOCK = `l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
    AND l.classid = ${IRON} AND l.objid = ${LIFECYCLE}
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
