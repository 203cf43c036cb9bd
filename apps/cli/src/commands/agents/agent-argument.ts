import { wholeNumber } from '../../grammar/whole-number.ts';

/** The argument of every command about one agent. */
export const agentArgument = {
  id: wholeNumber(1).meta({ description: 'The number of the agent, as `agents list` shows it' }),
};
