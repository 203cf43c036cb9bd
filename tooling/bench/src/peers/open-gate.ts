import { openBetterAuthGate } from './better-auth-gate.ts';
import type { Gate, GateSettings } from './gate.ts';
import { openAuthorizing, openCalling, openVerifying } from './iron-gate.ts';
import { openLimiter, openLimiterInMemory } from './limiter-gate.ts';
import { openMapGate } from './map-gate.ts';

const OPEN: Readonly<Record<GateSettings['kind'], (settings: GateSettings) => Promise<Gate>>> = {
  'iron-authorize': openAuthorizing,
  'iron-call': openCalling,
  'iron-verify': openVerifying,
  'better-auth': openBetterAuthGate,
  limiter: openLimiter,
  'limiter-in-memory': openLimiterInMemory,
  map: async ({ limit }) => openMapGate(limit),
};

/** Opens a gate of any kind; a peer's needs the peers to be installed. */
export async function openGate(settings: GateSettings): Promise<Gate> {
  return await OPEN[settings.kind](settings);
}
