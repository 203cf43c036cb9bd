import { z } from 'zod';

/** The arguments of every command about one model. */
export const modelArguments = {
  provider: z.string().meta({ description: 'The provider: openai, anthropic, …' }),
  model: z.string().meta({ description: 'The model, as calls name it' }),
};

const DECIMAL = /^\d+(\.\d+)?$/;

/** US dollars a million tokens, as they are typed: no binary fraction on the way. */
export function usdPerMillion() {
  return z.string().regex(DECIMAL, 'must be US dollars a million tokens, such as 0.25');
}

/** US dollars for each request. */
export function usdPerRequest() {
  return z.string().regex(DECIMAL, 'must be US dollars a request, such as 0.005');
}
