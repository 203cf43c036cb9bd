import { z } from 'zod';

/** What the process has open beside connections, at most: its program, its log, the database and as many snapshots as it may have. */
const OTHER_FILES = 300;

/** Of the report that Node.js makes of its process. */
const limits = z.object({ userLimits: z.object({ open_files: z.object({ soft: z.number() }) }) });

/** How many of `most` connections this process may have: each is a file to it, and the database needs some, too. */
export function connectionsThatFit(most: number, filesAllowed = openFilesAllowed()): number {
  return Math.min(most, Math.max(filesAllowed - OTHER_FILES, Math.floor(filesAllowed / 2)));
}

/** Infinite where there is no limit, or none that is known. */
function openFilesAllowed(): number {
  const { data } = limits.safeParse(process.report.getReport());
  return data?.userLimits.open_files.soft ?? Number.POSITIVE_INFINITY;
}
