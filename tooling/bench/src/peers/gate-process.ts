import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { nextMessage } from '../calling-process.ts';
import { type GateSettings, gateSettingsSchema, type Raise, raiseSchema } from './gate.ts';

const PROGRAM = fileURLToPath(new URL('./gate-program.ts', import.meta.url));

const turnSchema = z.strictObject({ calls: z.int(), inFlight: z.int() });

/** How many calls are made, each as soon as one before it is done, and how many of them at a time. */
export type Turn = z.infer<typeof turnSchema>;

/** What a process is told to do. */
export const orderSchema = z.discriminatedUnion('order', [
  z.strictObject({ order: z.literal('open'), settings: gateSettingsSchema, callers: z.array(z.string()) }),
  z.strictObject({ order: z.literal('run'), turn: turnSchema }),
  z.strictObject({ order: z.literal('raise'), raise: raiseSchema }),
  z.strictObject({ order: z.literal('tidy') }),
]);

type Order = z.infer<typeof orderSchema>;

const outcomeSchema = z.strictObject({
  milliseconds: z.number(),
  admitted: z.int(),
  /** How many were refused, by why. */
  refusals: z.record(z.string(), z.int()),
});

/** How a turn went. */
export type TurnOutcome = z.infer<typeof outcomeSchema>;

/** A process that has one gate at a time. */
export interface GateProcess extends Disposable {
  /** Closes the gate that it had. Calls are made for all of the callers in turn. */
  open(settings: GateSettings, callers: readonly string[]): Promise<void>;
  run(turn: Turn): Promise<TurnOutcome>;
  raise(raise: Raise): Promise<void>;
  tidy(): Promise<void>;
}

export function startGateProcess(): GateProcess {
  const program = fork(PROGRAM);
  const tell = async (order: Order) => {
    program.send(order);
    return await nextMessage(program);
  };
  return {
    open: async (settings, callers) => void (await tell({ order: 'open', settings, callers: [...callers] })),
    run: async (turn) => outcomeSchema.parse(await tell({ order: 'run', turn })),
    raise: async (raise) => void (await tell({ order: 'raise', raise })),
    tidy: async () => void (await tell({ order: 'tidy' })),
    [Symbol.dispose]: () => void program.kill('SIGKILL'),
  };
}
