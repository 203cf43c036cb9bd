import { readFileSync, writeFileSync } from 'node:fs';

/** Tells how much more memory this process had at a time, since it was asked to watch, than when it began; in megabytes. */
export function watchPeakMemory(): () => number {
  const isLinux = process.platform === 'linux';
  if (isLinux) writeFileSync('/proc/self/clear_refs', '5'); // forgets the peak so far: loading the program has one of its own
  const before = process.memoryUsage.rss();
  return () => ((isLinux ? linuxPeak() : process.resourceUsage().maxRSS * 1024) - before) / 1_000_000;
}

/** In bytes. Not `maxRSS`, into which Linux counts what the process that started this one had. */
function linuxPeak(): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}
