import { randomBytes } from 'node:crypto';
import { TokenStorage, UserStorage } from '@iron/tokens';
import type { Actor } from './actor.ts';

const HOUR_MS = 3_600_000;
/** How long a replaced token still works. Some end while their family is looked at, by itself or as the clock jumps. */
const OVERLAPS_MS = [0, 5, 100, HOUR_MS, 24 * HOUR_MS] as const;

interface Made {
  readonly tokenId: number;
  readonly secret: string;
}

/** Does one thing after another. */
interface Lane {
  readonly actor: Actor;
  readonly tokens: TokenStorage;
  readonly users: UserStorage;
  /** Its clock stands still in between, so that it is known by what time a token was judged. */
  readonly tick: () => number;
}

/** Makes tokens, and verifies, rotates, revokes and deletes them. What became of one that is not known is left to the checker. */
export async function actOnTokens(actor: Actor): Promise<void> {
  const lives = async () => {
    let now = actor.clock.now();
    const tick = () => (now = actor.clock.now());
    await using tokens = await TokenStorage.open(actor.database, { now: () => now });
    const users = await UserStorage.open(actor.database, { now: () => now });
    while (!actor.isOver()) await liveThrough({ actor, tokens, users, tick });
  };
  await Promise.all([lives(), lives()]);
}

async function liveThrough(lane: Lane): Promise<void> {
  const { actor } = lane;
  const { random } = actor;
  const family = actor.fresh();
  const hasOwner = random.happens(0.3);
  const first = (!hasOwner || (await createOwner(lane, family))) && (await create(lane, family, hasOwner));
  if (!first) return await actor.pause();
  const members: [Made, ...Made[]] = [first];
  for (let changes = random.between(0, 3); changes > 0 && !actor.isOver(); changes -= 1) {
    await verifyAll(lane, family, members);
    const rotated = await rotate(lane, family, members.at(-1) ?? first);
    if (rotated === 'unknown') return;
    if (rotated) members.push(rotated);
    await actor.pause();
  }
  await verifyAll(lane, family, members);
  if ((await bringToEnd(lane, family, members, hasOwner)) !== 'unknown') await verifyAll(lane, family, members);
}

/** @returns whether there is one for certain */
async function createOwner({ actor, users, tick }: Lane, family: string): Promise<boolean> {
  tick();
  const { code } = await actor.attempt('user.create', { family }, async (id) => {
    await users.createUser({ id: family, username: family, role: 'user', actor: { userId: id } });
    return {};
  });
  return code === undefined;
}

async function create({ actor, tokens, tick }: Lane, family: string, hasOwner: boolean): Promise<Made | undefined> {
  const imported = actor.random.happens(0.3) ? `imported-${randomBytes(16).toString('hex')}` : null;
  tick();
  const { answer } = await actor.attempt('token.create', { family, secret: imported }, async (id) => {
    const given = imported === null ? {} : { token: imported };
    const userId = hasOwner ? family : 'ann';
    const { secret, token } = await tokens.createToken({ ...given, userId, name: family, actor: { userId: id } });
    return { secret, tokenId: token.id };
  });
  return answer;
}

async function rotate(
  { actor, tokens, tick }: Lane,
  family: string,
  { tokenId }: Made,
): Promise<Made | 'unknown' | undefined> {
  const overlapMs = actor.random.pick(OVERLAPS_MS);
  tick();
  const { answer, code } = await actor.attempt('token.rotate', { family }, async (id) => {
    const { secret, token, replaced } = await tokens.rotateToken({ tokenId, overlapMs, actor: { userId: id } });
    return { secret, tokenId: token.id, replacedExpiresAt: replaced.expiresAt };
  });
  return code === 'database.commit_unknown' ? 'unknown' : answer;
}

/** Revokes or deletes one of them or their owner, or leaves all as they are. */
async function bringToEnd(
  { actor, tokens, users, tick }: Lane,
  family: string,
  members: readonly Made[],
  hasOwner: boolean,
): Promise<'unknown' | 'known'> {
  const { random } = actor;
  const place = random.between(0, members.length - 1);
  const tokenId = members[place]?.tokenId ?? 0;
  const deed = random.pick(['token.revoke', 'token.delete', hasOwner ? 'user.delete' : 'nothing'] as const);
  if (deed === 'nothing') return 'known';
  tick();
  const deeds = {
    'token.revoke': async () =>
      await actor.attempt('token.revoke', { family, place }, async (id) => {
        await tokens.revokeToken({ tokenId, actor: { userId: id } });
        return {};
      }),
    'token.delete': async () =>
      await actor.attempt('token.delete', { family, place, tokenId }, async (id) => {
        await tokens.deleteToken({ tokenId, actor: { userId: id } });
        return {};
      }),
    'user.delete': async () =>
      await actor.attempt('user.delete', { family }, async (id) => {
        await users.deleteUser({ userId: family, actor: { userId: id } });
        return {};
      }),
  };
  const { code } = await deeds[deed]();
  return code === 'database.commit_unknown' ? 'unknown' : 'known';
}

async function verifyAll({ actor, tokens, tick }: Lane, family: string, members: readonly Made[]): Promise<void> {
  for (const [place, { secret }] of members.entries()) {
    await actor.attempt('token.verify', { family, place, now: tick() }, async () => {
      await tokens.verifyToken(secret);
      return {};
    });
  }
  await actor.pause();
}
