import { type Admission, AdmissionController } from '@iron/admission';
import { LimitEnforcer, LimitExceededError } from '@iron/limits';
import { TokenStorage } from '@iron/tokens';
import { CALL } from '../call.ts';
import type { Gate, GateSettings } from './gate.ts';
import { openIronStore } from './iron-store.ts';

type Call = (token: string) => Promise<void>;

/** A call is let through, and stays under way until the turn is over. */
export async function openAuthorizing(settings: GateSettings): Promise<Gate> {
  return await openIronGate(settings, (admissions, underWay) => async (token) => {
    underWay.push(await admissions.authorize({ token, ...CALL.asked }));
  });
}

/** A call is let through and settled. */
export async function openCalling(settings: GateSettings): Promise<Gate> {
  return await openIronGate(settings, (admissions) => async (token) => {
    const admission = await admissions.authorize({ token, ...CALL.asked });
    await admission.settle(CALL.used);
  });
}

/** A token is verified, and nothing is counted. */
export async function openVerifying(settings: GateSettings): Promise<Gate> {
  return await openIronGate(settings, (_admissions, _underWay, tokens) => async (token) => {
    await tokens.verifyToken(token);
  });
}

async function openIronGate(
  { store, synchronous }: GateSettings,
  callOver: (admissions: AdmissionController, underWay: Admission[], tokens: TokenStorage) => Call,
): Promise<Gate> {
  const database = await openIronStore(store, synchronous);
  const admissions = await AdmissionController.open(database);
  const tokens = await TokenStorage.open(database);
  const limits = await LimitEnforcer.open(database);
  const underWay: Admission[] = [];
  const call = callOver(admissions, underWay, tokens);
  return {
    call: async (token) => await refusalOf(call(token)),
    raise: async ({ limit }) => await raiseLimits(limits, limit),
    async tidy() {
      await Promise.all(underWay.splice(0).map(async (admission) => await admission.settle(CALL.used)));
      await limits.sweep({ keepEndedMs: 0 });
      if (database.engine === 'sqlite') database.connection.pragma('wal_checkpoint(TRUNCATE)');
    },
    async [Symbol.asyncDispose]() {
      for (const each of [limits, tokens, admissions]) await each[Symbol.asyncDispose]();
      await database.close();
    },
  };
}

async function refusalOf(call: Promise<void>): Promise<string | null> {
  try {
    await call;
    return null;
  } catch (error) {
    if (error instanceof LimitExceededError) return error.code;
    throw error;
  }
}

/** Calls are counted by the tokens that they hold: a day is rarely over between two of them, and a minute often. */
async function raiseLimits(limits: LimitEnforcer, calls: number): Promise<void> {
  for (const { id } of (await limits.listLimits()).items) {
    await limits.updateLimit({ limitId: id, maxTokensPerDay: calls * CALL.held.tokens });
  }
}
