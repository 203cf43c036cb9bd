import { IronError } from '@iron/errors';

/**
 * The token in the body lets no call through here: it is not valid, or it is somebody else's and the gateway serves its
 * own user alone. Says nothing about which; and the gateway's own token is good, so it is no 401.
 */
export class TokenRefusedError extends IronError {
  readonly code = 'admission.token_refused';
  constructor() {
    super('The token of the call is not accepted.', {
      hint: 'Refuse the call. The token of the gateway, in the header `Authorization`, is accepted.',
    });
  }
}
