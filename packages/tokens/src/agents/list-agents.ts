import { and, asc, gt } from '@iron/db/drizzle';
import { z } from 'zod';
import { makePage, type Page, pageSchema, parseInput, readCursor, schema, type ServiceContext, text } from '@iron/db';
import { contains } from '../caseless.ts';
import { idSchema } from '../fields.ts';
import type { Agent } from './agent.ts';

/** Checks a {@link ListAgentsInput}. */
export const listAgentsSchema = z.strictObject({
  text: text(200).optional().meta({ description: 'Part of the name, in any case' }),
  ...pageSchema,
});

/** Which agents to list. */
export type ListAgentsInput = z.input<typeof listAgentsSchema>;

const { agents } = schema;

const cursorKey = z.tuple([idSchema]);

/** In the order in which they were made. */
export async function listAgents({ database }: ServiceContext, input: ListAgentsInput): Promise<Page<Agent>> {
  const { text: part, limit, cursor } = parseInput('listAgents', listAgentsSchema, input);
  const [afterId = 0] = readCursor(cursorKey, cursor) ?? [];
  const rows = await database.reader
    .select()
    .from(agents)
    .where(and(gt(agents.id, afterId), part === undefined ? undefined : contains(agents.name, part)))
    .orderBy(asc(agents.id))
    .limit(limit + 1);
  return makePage(rows, limit, { keyOf: ({ id }) => [id], itemOf: (agent) => agent });
}
