import { lifecycleOf } from '@iron/db';
import { watchPeakMemory } from './peak-memory.ts';

// Resets and seeds the database that is named on the command line, and prints how that went as JSON.
const [, , path = ''] = process.argv;
const peakMemory = watchPeakMemory();
const start = performance.now();
const { backup } = await lifecycleOf({ kind: 'file', path, mode: 'rwc' }).reset({
  seed: true,
  environment: 'development',
});
const milliseconds = performance.now() - start;
process.stdout.write(JSON.stringify({ milliseconds, addedMegabytes: peakMemory(), backup: backup?.path }));
