import type { Noun } from '../grammar/command.ts';

export const audit: Noun = {
  kind: 'noun',
  name: 'audit',
  summary: 'The log of every change, and its verification',
  examples: ['audit list'],
  children: [],
};
