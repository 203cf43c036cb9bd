import { UsageTracker } from '../usage-tracker.ts';

/** Records calls `r0`, `r1`, … in small turns, and prints the number of each when it is recorded. */
const [url = '', tokenId = '1', calls = '1'] = process.argv.slice(2);

await using tracker = await UsageTracker.open(url);
for (let first = 0; first < Number(calls); first += 8) {
  const turn = Array.from({ length: 8 }, (_, index) => first + index);
  await Promise.all(
    turn.map(async (call) => {
      const usage = { provider: 'openai', model: 'gpt-4o', inputTokens: 10, outputTokens: 1 };
      await tracker.recordUsage({ ...usage, tokenId: Number(tokenId), requestId: `r${call}` });
      process.stdout.write(`${call}\n`);
    }),
  );
}
