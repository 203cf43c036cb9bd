import { z } from 'zod';

/** Milliseconds since the epoch; a time in seconds is refused. */
export const timeSchema = z.int().min(1_000_000_000_000, 'must be milliseconds since the epoch');

/** The id of a row. */
export const idSchema = z.int().positive();
