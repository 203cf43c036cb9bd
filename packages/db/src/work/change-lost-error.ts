import { IronError } from '@iron/errors';

/** A row that is there was to be changed, and the database changed nothing, and did not say so. */
export class ChangeLostError extends IronError {
  readonly code = 'database.change_lost';
  /** @param row such as `token 3` */
  constructor(row: string) {
    super(`The database did not carry out the change of ${row}, although it is there.`, {
      hint: 'Nothing was written. Somebody has added a rule, a trigger or a policy that prevents it: `iron db verify` names it.',
      details: { row },
    });
  }
}
