import { isIronError } from '@iron/errors';
import type { TestApi } from '../../api.fixture.ts';
import { aboutNothing, aboutThing, type RequestMaker, type Said } from '../request-maker.fixture.ts';

const OLD_PASSWORD = 'correct horse battery staple';
const NEW_PASSWORD = 'a better horse, a newer battery';

/** Nobody does it to themselves. */
const TO_OTHERS = { refusesAdmin: { own: '403 user.self_change_refused' } } as const;

let made = 0;

export const USER_REQUESTS: Readonly<Record<string, RequestMaker>> = {
  createUser: aboutNothing(() => ({ body: { username: `new-${++made}`, role: 'user' } })),
  listUsers: aboutNothing(),
  showUser: aboutUser((userId) => ({ params: { userId } })),
  suspendUser: { ...aboutUser((userId) => ({ params: { userId }, body: { reason: 'left' } })), ...TO_OTHERS },
  activateUser: aboutUser((userId) => ({ params: { userId }, body: {} })),
  deleteUser: { ...aboutUser((userId) => ({ params: { userId }, query: { reason: 'left' } })), ...TO_OTHERS },
  changeUserRole: { ...aboutUser((userId) => ({ params: { userId }, body: { role: 'viewer' } })), ...TO_OTHERS },
  resetUserPassword: aboutUser((userId) => ({ params: { userId }, body: {} })),
  changeUserPassword: aboutThing(makeUserWithPassword, 'nobody', (userId) => ({
    params: { userId },
    body: { oldPassword: OLD_PASSWORD, newPassword: NEW_PASSWORD },
  })),
};

function aboutUser(say: (userId: string) => Said): RequestMaker {
  return aboutThing(makeUser, 'nobody', say);
}

/** An account of this id, if there is none yet. */
async function makeUser({ services: { users } }: TestApi, id: string): Promise<string> {
  try {
    await users.createUser({ id, username: id, role: 'user' });
  } catch (error) {
    if (!isIronError(error) || error.code !== 'user.exists') throw error;
  }
  return id;
}

async function makeUserWithPassword(api: TestApi, id: string): Promise<string> {
  await makeUser(api, id);
  await api.services.users.resetPassword({ userId: id, password: OLD_PASSWORD });
  return id;
}
