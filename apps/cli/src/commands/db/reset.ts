import { defineReset } from './define-reset.ts';

export const reset = defineReset({
  name: 'reset',
  seed: false,
  summary: 'Back up and wipe the database',
});
