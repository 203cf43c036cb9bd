import { z } from 'zod';
import { limitRefusalSchema } from '../resources/limits/limit-schemas.ts';

/** Codes that every endpoint may answer with. */
export const COMMON_CODES: readonly string[] = [
  'http.invalid_request',
  'access.token_missing',
  'token.invalid',
  'database.busy',
  'database.disk_full',
  'database.io_failed',
  'database.too_many_connections',
  'http.draining',
  'http.failed',
];

/** RFC 9457, with what Iron adds. */
export const problemSchema = z
  .strictObject({
    type: z.string().meta({ description: '`urn:iron:problem:` and the code' }),
    title: z.string().meta({ description: 'What the status is called' }),
    status: z.int(),
    detail: z.string().meta({ description: 'What was wrong, with which value' }),
    code: z.string().meta({ description: 'Stable: what programs compare' }),
    hint: z.string().nullable().meta({ description: 'What to do about it' }),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    errors: z
      .array(z.strictObject({ where: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Each field (a JSON pointer) or parameter that is wrong' }),
    refusals: z.array(limitRefusalSchema).optional().meta({ description: 'Each limit that had no room' }),
    requestId: z.string().meta({ description: 'Names the request in the log' }),
  })
  .meta({ id: 'Problem' });
