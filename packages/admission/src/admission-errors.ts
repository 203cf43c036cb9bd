import { IronError } from '@iron/errors';

/** The model has no known price, and a limit of cost applies: what is not known is not let through as nothing. */
export class UnpricedModelError extends IronError {
  readonly code = 'admission.unpriced_model';

  constructor(provider: string, model: string) {
    super(`${provider} ${model} has no known price, and a limit of cost applies to the call.`, {
      hint: 'Give the model a price (`iron prices`), or take the limit of cost away.',
      details: { provider, model },
    });
  }
}

/** The token, or its agent, is bound to other providers. */
export class ProviderNotAllowedError extends IronError {
  readonly code = 'admission.provider_not_allowed';

  constructor(tokenId: number, provider: string, allowed: readonly string[]) {
    const which = allowed.length === 0 ? 'no provider' : allowed.join(', ');
    super(`Token ${tokenId} may not call ${provider}, only ${which}.`, {
      hint: 'Use a token without that bond, or change its provider or those of its agent.',
      details: { tokenId, provider },
    });
  }
}

/** What is held for the request was not held by an admission: nobody knows which provider and model it is for. */
export class NotAdmittedError extends IronError {
  readonly code = 'admission.not_admitted';

  constructor(requestId: string) {
    super(`Request ${JSON.stringify(requestId)} was held without a provider and a model.`, {
      hint: 'Settle it where it was held, with `LimitEnforcer.settle`.',
      details: { requestId },
    });
  }
}
