import { IronError } from '@iron/errors';

/** No list has a price for the model at that time. */
export class UnknownPriceError extends IronError {
  readonly code = 'price.unknown_model';
  constructor({ provider, model, at }: { provider: string; model: string; at: number }) {
    super(`No price is known for the model ${JSON.stringify(model)} of ${JSON.stringify(provider)} at ${timeOf(at)}.`, {
      hint: 'Set one (`iron prices set`, `POST /api/prices/overrides`), or import a list that has it. An unknown price is not zero.',
      details: { provider, model, at },
    });
  }
}

function timeOf(at: number): string {
  return Number.isFinite(new Date(at).valueOf()) ? new Date(at).toISOString() : String(at);
}
