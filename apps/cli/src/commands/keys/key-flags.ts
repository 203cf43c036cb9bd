import { z } from 'zod';
import { wholeNumber } from '../../grammar/whole-number.ts';

/** The argument of every command about one provider key. */
export const keyArgument = {
  id: wholeNumber(1).meta({ description: 'The number of the key, as `keys list` shows it' }),
};

export const projectArgument = {
  project: z.string().meta({ description: 'The id of the project' }),
};
