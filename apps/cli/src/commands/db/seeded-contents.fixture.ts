/** What everybody may log in with, as the database guide's Test Credentials show it. */
export const SEEDED_CREDENTIALS = `Users:
  - admin (role: admin, is_active: 1)
  - project_manager (role: user, is_active: 1)
  - viewer (role: viewer, is_active: 1)

API Tokens (save these for manual testing):
  - Admin:   iron_dev_admin_token_001
  - PM:      iron_dev_pm_token_002
  - Viewer:  iron_dev_viewer_token_003

Projects:
  - project_alpha (assigned to admin)
  - project_beta (assigned to pm + viewer)`;

/** What `db reset-seed` prints of the new database, on every engine. */
export const SEEDED_TEXT = `tables         11
indexes        32
users          3
API tokens     3
usage records  7
usage limits   3

${SEEDED_CREDENTIALS}
`;

/** The counts of its document. */
export const SEEDED = { tables: 11, indexes: 32, users: 3, tokens: 3, usageRecords: 7, limits: 3 };
