/**
 * Is in a database while it is copied to, until the copy is finished. Every other command and every server finds it, says
 * that the copy is unfinished, and leaves the database alone.
 */
export const UNFINISHED_TABLE = '_unfinished_copy';
