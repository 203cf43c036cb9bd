import { type Environment, type IronDatabase, schema } from '@iron/db';
import type { ParsedToken } from './token-format.ts';

/** Why a token is refused for its text alone, without a look-up. */
export type TextRefusal = 'malformed' | 'mistyped' | 'other_environment' | 'well_known';

/** Whether a token can be used in an environment at all. `well_known`: everybody knows it, and this is production. */
export function refuseByText(parsed: ParsedToken, environment: Environment): TextRefusal | undefined {
  switch (parsed.kind) {
    case 'generated':
      return parsed.environment === environment ? undefined : 'other_environment';
    case 'well_known':
      return environment === 'production' ? 'well_known' : undefined;
    case 'foreign':
      return undefined;
    case 'refused':
      return parsed.reason;
  }
}

/** The environment to work in. A database of production stays one, whatever it is opened as. */
export async function environmentOf(database: IronDatabase, wanted: Environment | undefined): Promise<Environment> {
  const [identity] = await database.reader
    .select({ environment: schema.databaseIdentity.environment })
    .from(schema.databaseIdentity)
    .limit(1);
  const own = identity?.environment ?? 'production';
  return own === 'production' ? own : (wanted ?? own);
}
