import { defineReset } from './define-reset.ts';

export const resetSeed = defineReset({
  name: 'reset-seed',
  seed: true,
  summary: 'Back up and wipe the database, and fill it with development data',
});
