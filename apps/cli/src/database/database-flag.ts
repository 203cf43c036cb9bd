import { z } from 'zod';

/** The flag of a command whose database is named by it alone. */
export const databaseFlag = {
  database: z
    .string()
    .optional()
    .meta({ value: '<path>', description: 'The database: a file or a URL; else DB_PATH, else the configuration' }),
};
