import { createInterface } from 'node:readline';

/** `talk-program <word…>`: prints the words, then what it reads in upper case; ends with code 3 at `end`, cut off in a line. */
process.stdout.write(
  process.argv
    .slice(2)
    .map((word) => `${word}\n`)
    .join(''),
);
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(line === 'end' ? 'cut o' : `${line.toUpperCase()}\n`);
  if (line === 'end') break;
}
process.stdin.destroy();
process.exitCode = 3;
