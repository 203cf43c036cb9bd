import { SEEDED_USERS } from '@iron/db';
import type { Credentials } from '../../json-documents.ts';

/** How the guide calls the owners of the tokens. */
const LABELS: Readonly<Record<string, string>> = { admin: 'Admin', project_manager: 'PM', viewer: 'Viewer' };

/** Who can log in to a seeded database, and with what: for manual testing, and known to everybody. */
export function developmentCredentials(): Credentials {
  return {
    users: SEEDED_USERS.map(({ user }) => ({ username: user.username, role: user.role, isActive: true })),
    tokens: SEEDED_USERS.map(({ user, token, tokenRow }) => ({
      owner: user.username,
      token,
      project: tokenRow.projectId ?? null,
    })),
  };
}

/** The credentials as the database guide prints them. */
export function credentialsText({ users, tokens }: Credentials): string {
  const labels = tokens.map(({ owner }) => `${labelOf(owner)}:`);
  const width = Math.max(...labels.map((label) => label.length)) + 1;
  const owners = Map.groupBy(tokens, ({ project }) => project);
  return [
    'Users:',
    ...users.map(({ username, role, isActive }) => `  - ${username} (role: ${role}, is_active: ${Number(isActive)})`),
    '',
    'API Tokens (save these for manual testing):',
    ...tokens.map(({ token }, index) => `  - ${(labels[index] ?? '').padEnd(width)} ${token}`),
    '',
    'Projects:',
    ...[...owners].map(
      ([project, of]) =>
        `  - ${project} (assigned to ${of.map(({ owner }) => labelOf(owner).toLowerCase()).join(' + ')})`,
    ),
  ].join('\n');
}

function labelOf(owner: string): string {
  return LABELS[owner] ?? owner;
}
