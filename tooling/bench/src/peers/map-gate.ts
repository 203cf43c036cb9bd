import type { Gate, GateSettings } from './gate.ts';

const WINDOW_MS = 3_600_000;

/** The least that counts calls: a number a caller and window, in the memory of one process. */
export async function openMapGate(settings: Pick<GateSettings, 'limit'>): Promise<Gate> {
  let { limit } = settings;
  const windows = new Map<string, { calls: number; endsAt: number }>();
  return {
    call: async (caller) => {
      const now = Date.now();
      let window = windows.get(caller);
      if (window === undefined || window.endsAt <= now) {
        window = { calls: 0, endsAt: now + WINDOW_MS };
        windows.set(caller, window);
      }
      if (window.calls >= limit) return 'refused';
      window.calls += 1;
      return null;
    },
    raise: async (raise) => void (limit = raise.limit),
    tidy: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}
