import { createAgentSchema, listAgentsSchema, renameAgentSchema, setProvidersSchema } from '@iron/tokens';
import { z } from 'zod';
import { page, rowId, time } from '../fields.ts';

export const agentSchema = z
  .strictObject({
    id: rowId,
    name: z.string().meta({ description: 'Unique, in whatever case' }),
    providers: z
      .array(z.string())
      .meta({ description: 'The only providers that its tokens may use; an empty list: none' }),
    createdAt: time,
  })
  .meta({ id: 'Agent' });

export const agentPage = page(agentSchema);

export const agentParams = z.strictObject({ agentId: rowId });

export const createAgentBody = createAgentSchema.omit({ actor: true });
export const listAgentsQuery = listAgentsSchema;
export const renameAgentBody = renameAgentSchema.omit({ agentId: true, actor: true });
export const setProvidersBody = setProvidersSchema.omit({ agentId: true, actor: true });
