import { z } from 'zod';

const LONGEST = 200;
const PROBLEM = `must be 1 to ${LONGEST} characters`;

/** The header that it comes in. */
export const IDEMPOTENCY_KEY = 'Idempotency-Key';

/** What a client may call a request that is to be carried out once. */
export const idempotencyKeySchema = z.string().min(1, PROBLEM).max(LONGEST, PROBLEM);
