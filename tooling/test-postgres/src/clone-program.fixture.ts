import { administer, cloneDatabase } from '@iron/test-clones';

/** `clone-program <key>`: clones a database, prints its name and whether it has built the template, and waits. */
const key = process.argv[2] ?? '';
let built = false;
const { name } = await cloneDatabase({
  key,
  async build(url) {
    built = true;
    await administer(url, (client) => client.query('CREATE TABLE things (id bigint); SELECT pg_sleep(0.2)'));
  },
});
process.stdout.write(`${name} ${built ? 'built' : 'found'}\n`);
setInterval(() => {}, 1_000);
