import type { Gate, GateSettings } from './gate.ts';

type Open = (settings: GateSettings) => Promise<Gate>;

/** A process loads what its gate is made of, and nothing of the others. */
const OPEN: Readonly<Record<GateSettings['kind'], () => Promise<Open>>> = {
  'iron-authorize': async () => (await import('./iron-gate.ts')).openAuthorizing,
  'iron-call': async () => (await import('./iron-gate.ts')).openCalling,
  'iron-verify': async () => (await import('./iron-gate.ts')).openVerifying,
  'better-auth': async () => (await import('./better-auth-gate.ts')).openBetterAuthGate,
  'better-auth-in-memory': async () => (await import('./better-auth-gate.ts')).openBetterAuthInMemory,
  limiter: async () => (await import('./limiter-gate.ts')).openLimiter,
  'limiter-in-memory': async () => (await import('./limiter-gate.ts')).openLimiterInMemory,
  map: async () => (await import('./map-gate.ts')).openMapGate,
};

/** Opens a gate of any kind; a peer's needs the peers to be installed. */
export async function openGate(settings: GateSettings): Promise<Gate> {
  const open = await OPEN[settings.kind]();
  return await open(settings);
}
