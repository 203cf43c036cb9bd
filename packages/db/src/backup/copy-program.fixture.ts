import { copyFileElsewhere } from './copy-file-elsewhere.ts';

// Copies the first file to the second, says so, and waits.
const [, , source = '', target = ''] = process.argv;
await using _copy = await copyFileElsewhere(source, target);
process.stdout.write('copied\n');
await new Promise(() => setInterval(() => undefined, 1_000));
