/**
 * What the server's list of connections shows of the commands on a whole database, whatever the URL says: they wait for each
 * other, and are no users of it. So no URL may say it.
 */
export const LIFECYCLE_APPLICATION = 'iron db';
