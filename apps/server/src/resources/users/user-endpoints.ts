import { type User, UserNotFoundError } from '@iron/tokens';
import { requireReach } from '../../access/own.ts';
import { type Call, type Endpoint, endpoint } from '../../http/endpoint.ts';
import {
  changePasswordBody,
  changeRoleBody,
  changeUserBody,
  createUserBody,
  listUsersQuery,
  passwordResetSchema,
  resetPasswordBody,
  userPage,
  userParams,
  userSchema,
} from './user-schemas.ts';

const READ_OWN = { scope: 'users:read', user: 'own', viewer: 'own' } as const;
const READ_ALL = { scope: 'users:read', user: 'none', viewer: 'none' } as const;
const WRITE_OWN = { scope: 'users:write', user: 'own', viewer: 'none' } as const;
const ADMINISTER = { scope: 'users:write', user: 'none', viewer: 'none' } as const;

const CHANGED = { status: 200, description: 'The user as they are now', body: userSchema } as const;

export const createUser = endpoint({
  id: 'createUser',
  method: 'post',
  path: '/api/users',
  summary: 'Make an account',
  access: ADMINISTER,
  body: createUserBody,
  example: { id: 'erin', username: 'erin', role: 'user', email: 'erin@example.com' },
  answer: { status: 201, description: 'The user', body: userSchema },
  problems: ['user.exists', 'user.password_refused'],
  creates: 'anything',
  handle: async ({ body, services, actor }) => await services.users.createUser({ ...body, actor }),
});

export const listUsers = endpoint({
  id: 'listUsers',
  method: 'get',
  path: '/api/users',
  summary: 'Users by user name, also deleted ones',
  access: READ_ALL,
  query: listUsersQuery,
  answer: { status: 200, description: 'A part of the list', body: userPage },
  handle: async ({ query, services }) => await services.users.listUsers(query),
});

export const showUser = endpoint({
  id: 'showUser',
  method: 'get',
  path: '/api/users/{userId}',
  summary: 'One user',
  access: READ_OWN,
  params: userParams,
  answer: { status: 200, description: 'The user', body: userSchema },
  problems: ['user.not_found'],
  handle: async (call) => await findUser(call),
});

export const suspendUser = endpoint({
  id: 'suspendUser',
  method: 'post',
  path: '/api/users/{userId}/suspend',
  summary: 'Shut a user out',
  description: 'Until they are activated they cannot sign in, and their tokens are refused.',
  access: ADMINISTER,
  params: userParams,
  body: changeUserBody,
  example: { reason: 'on leave' },
  answer: CHANGED,
  problems: ['user.not_found', 'user.deleted', 'user.self_change_refused', 'user.last_admin'],
  handle: async ({ params, body, services, actor }) => await services.users.suspendUser({ ...body, ...params, actor }),
});

export const activateUser = endpoint({
  id: 'activateUser',
  method: 'post',
  path: '/api/users/{userId}/activate',
  summary: 'End a suspension, and a lock-out after wrong passwords',
  access: ADMINISTER,
  params: userParams,
  body: changeUserBody,
  answer: CHANGED,
  problems: ['user.not_found', 'user.deleted'],
  handle: async ({ params, body, services, actor }) => await services.users.activateUser({ ...body, ...params, actor }),
});

export const deleteUser = endpoint({
  id: 'deleteUser',
  method: 'delete',
  path: '/api/users/{userId}',
  summary: 'Delete a user for good',
  description:
    'No sign-in, no token of theirs works, no change is taken. The account is kept for the log and for what was used, ' +
    'and its id and its user name are not given again.',
  access: ADMINISTER,
  params: userParams,
  query: changeUserBody,
  answer: CHANGED,
  problems: ['user.not_found', 'user.self_change_refused', 'user.last_admin'],
  handle: async ({ params, query, services, actor }) => await services.users.deleteUser({ ...query, ...params, actor }),
});

export const changeUserRole = endpoint({
  id: 'changeUserRole',
  method: 'put',
  path: '/api/users/{userId}/role',
  summary: 'Make somebody an administrator, a user or a viewer',
  description: 'Counts from the next request with any of their tokens on.',
  access: ADMINISTER,
  params: userParams,
  body: changeRoleBody,
  example: { role: 'viewer' },
  answer: CHANGED,
  problems: ['user.not_found', 'user.deleted', 'user.self_change_refused', 'user.last_admin'],
  handle: async ({ params, body, services, actor }) => await services.users.changeRole({ ...body, ...params, actor }),
});

export const resetUserPassword = endpoint({
  id: 'resetUserPassword',
  method: 'post',
  path: '/api/users/{userId}/password-reset',
  summary: 'Set a password that its owner has to change, and end a lock-out',
  access: ADMINISTER,
  params: userParams,
  body: resetPasswordBody,
  answer: {
    status: 200,
    description: 'The user, and the password if one was made. It is in this answer and nowhere else',
    body: passwordResetSchema,
  },
  problems: ['user.not_found', 'user.deleted', 'user.password_refused'],
  creates: 'anything',
  handle: async ({ params, body, services, actor }) =>
    await services.users.resetPassword({ ...body, ...params, actor }),
});

export const changeUserPassword = endpoint({
  id: 'changeUserPassword',
  method: 'post',
  path: '/api/users/{userId}/password',
  summary: 'Change a password by the old one',
  description:
    'A wrong old password counts as a wrong guess; too many of them lock the account. Whether it was wrong, or the ' +
    'account cannot sign in now, is one answer.',
  access: WRITE_OWN,
  params: userParams,
  body: changePasswordBody,
  example: { oldPassword: 'a long enough first password', newPassword: 'a second one that is longer' },
  answer: CHANGED,
  problems: ['user.not_found', 'user.invalid_credentials', 'user.password_refused'],
  async handle(call) {
    const { body, services, actor } = call;
    const { id: userId } = await findUser(call);
    return await services.users.changePassword({ ...body, userId, actor });
  },
});

export const USER_ENDPOINTS: readonly Endpoint[] = [
  createUser,
  listUsers,
  showUser,
  suspendUser,
  activateUser,
  deleteUser,
  changeUserRole,
  resetUserPassword,
  changeUserPassword,
];

type UserCall = Pick<Call<{ userId: string }, unknown, unknown>, 'params' | 'services' | 'principal' | 'reach'>;

/** @throws {UserNotFoundError} there is none, or it is somebody else */
async function findUser({ params: { userId }, services, ...asking }: UserCall): Promise<User> {
  requireReach(asking, { userId }, () => new UserNotFoundError('id', userId));
  return await services.users.getUser({ id: userId });
}
