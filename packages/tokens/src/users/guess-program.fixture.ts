import { UserStorage } from './user-storage.ts';

/** Guesses a password many times at once: `url username times guess…`. Prints how many guesses were right. */
const [, , url = '', username = '', times = '0', ...guesses] = process.argv;

await using users = await UserStorage.open(url);
const attempts = Array.from({ length: Number(times) }, async (_, index) => {
  const password = guesses[index % guesses.length] ?? '';
  return await users.verifyPassword({ username, password }).then(
    () => 1,
    () => 0,
  );
});
let right = 0;
for (const attempt of attempts) right += await attempt;
process.stdout.write(`${right}\n`);
