import { expect, it } from 'vitest';
import { testDatabase } from './test-database.ts';

it('a database in memory cannot be opened twice, and says what to ask for', async () => {
  await using test = await testDatabase();
  await expect(test.openAnother()).rejects.toThrow('ask for a shared one');
});
