import { readFileSync } from 'node:fs';
import { resetDatabase } from '@iron/db';

// Resets and seeds the database that is named on the command line, and prints how that went as JSON.
const [, , path = ''] = process.argv;
const start = performance.now();
const { backup } = await resetDatabase({ path, seed: true, environment: 'development' });
const milliseconds = performance.now() - start;
process.stdout.write(JSON.stringify({ milliseconds, peakMegabytes: peakMemory() / 1_000, backup: backup?.path }));

/** In kilobytes. Linux counts into `maxRSS` what the process that started this one had. */
function peakMemory(): number {
  const peak =
    process.platform === 'linux' ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) : null;
  return peak ? Number(peak[1]) : process.resourceUsage().maxRSS;
}
