import { expect, test } from 'vitest';
import { credentialsText, developmentCredentials } from './credentials.ts';

test("the credentials are printed as in the database guide's Test Credentials", () => {
  expect(credentialsText(developmentCredentials())).toBe(`Users:
  - admin (role: admin, is_active: 1)
  - project_manager (role: user, is_active: 1)
  - viewer (role: viewer, is_active: 1)

API Tokens (save these for manual testing):
  - Admin:   iron_dev_admin_token_001
  - PM:      iron_dev_pm_token_002
  - Viewer:  iron_dev_viewer_token_003

Projects:
  - project_alpha (assigned to admin)
  - project_beta (assigned to pm + viewer)`);
});
