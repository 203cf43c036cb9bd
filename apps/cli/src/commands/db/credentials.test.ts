import { expect, test } from 'vitest';
import { credentialsText, developmentCredentials } from './credentials.ts';
import { SEEDED_CREDENTIALS } from './seeded-contents.fixture.ts';

test("the credentials are printed as in the database guide's Test Credentials", () => {
  expect(credentialsText(developmentCredentials())).toBe(SEEDED_CREDENTIALS);
});
