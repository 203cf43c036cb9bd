import { randomBytes } from 'node:crypto';
import { TokenStorage } from '@iron/tokens';
import type { Actor } from './actor.ts';

const HOUR_MS = 3_600_000;

interface Made {
  readonly tokenId: number;
  readonly secret: string;
}

/** Makes tokens, and verifies, rotates and revokes them. What became of one that is not known is left to the checker. */
export async function actOnTokens(actor: Actor): Promise<void> {
  await using tokens = await TokenStorage.open(actor.database, { now: actor.clock.now });
  const lives = async () => {
    while (!actor.isOver()) await liveThrough(actor, tokens);
  };
  await Promise.all([lives(), lives()]);
}

async function liveThrough(actor: Actor, tokens: TokenStorage): Promise<void> {
  const { random } = actor;
  const family = actor.fresh();
  const imported = random.happens(0.3) ? `imported-${randomBytes(16).toString('hex')}` : null;
  const { answer: first } = await actor.attempt('token.create', { family, secret: imported }, async (id) => {
    const given = imported === null ? {} : { token: imported };
    const { secret, token } = await tokens.createToken({
      ...given,
      userId: 'ann',
      name: family,
      actor: { userId: id },
    });
    return { secret, tokenId: token.id };
  });
  if (!first) return await actor.pause();
  const members: [Made, ...Made[]] = [first];
  for (let changes = random.between(0, 3); changes > 0 && !actor.isOver(); changes -= 1) {
    await verifyAll(actor, tokens, family, members);
    const rotated = await rotate(actor, tokens, family, members.at(-1) ?? first);
    if (rotated === 'unknown') return;
    if (rotated) members.push(rotated);
    await actor.pause();
  }
  await verifyAll(actor, tokens, family, members);
  if (!random.happens(0.6)) return;
  const place = random.between(0, members.length - 1);
  const revoked = await actor.attempt('token.revoke', { family, place }, async (id) => {
    await tokens.revokeToken({ tokenId: members[place]?.tokenId ?? 0, actor: { userId: id } });
    return {};
  });
  if (revoked.code !== 'database.commit_unknown') await verifyAll(actor, tokens, family, members);
}

async function rotate(
  actor: Actor,
  tokens: TokenStorage,
  family: string,
  { tokenId }: Made,
): Promise<Made | 'unknown' | undefined> {
  const overlapMs = actor.random.pick([0, HOUR_MS]);
  const { answer, code } = await actor.attempt('token.rotate', { family }, async (id) => {
    const { secret, token, replaced } = await tokens.rotateToken({ tokenId, overlapMs, actor: { userId: id } });
    return { secret, tokenId: token.id, replacedExpiresAt: replaced.expiresAt };
  });
  return code === 'database.commit_unknown' ? 'unknown' : answer;
}

async function verifyAll(actor: Actor, tokens: TokenStorage, family: string, members: readonly Made[]): Promise<void> {
  for (const [place, { secret }] of members.entries()) {
    await actor.attempt('token.verify', { family, place, now: actor.clock.now() }, async () => {
      await tokens.verifyToken(secret);
      return {};
    });
  }
  await actor.pause();
}
