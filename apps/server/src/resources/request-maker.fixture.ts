import type { TestApi } from '../api.fixture.ts';

/** What a request says, beside its operation. */
export interface Said {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Whose thing a request is about: the asker's own, somebody else's, or one that does not exist. */
export type Whose = 'own' | 'foreign' | 'missing';

/** Who there is: the ids of two accounts. */
interface People {
  readonly asker: string;
  readonly other: string;
}

/** How to make a valid request of one operation about a thing of a given owner. */
export interface RequestMaker {
  /** How the request says whose thing it is about: by the id of the thing or of the owner, or not at all. */
  readonly names: 'thing' | 'owner' | 'nothing';
  /** What is answered about a thing that does not exist, or is not the asker's. Default: 404. */
  readonly refusal?: string;
  /** Codes with which an administrator is refused, where it matters whose thing it is. */
  readonly refusesAdmin?: Partial<Record<Whose, string>>;
  make(api: TestApi, people: People, whose: Whose): Promise<Said>;
}

/** The request names a thing that is made for it, by its id; `missing` is the id of none. */
export function aboutThing<Id>(
  makeThing: (api: TestApi, owner: string) => Promise<Id>,
  missing: Id,
  say: (id: Id) => Said,
): RequestMaker {
  return {
    names: 'thing',
    make: async (api, { asker, other }, whose) =>
      say(whose === 'missing' ? missing : await makeThing(api, whose === 'own' ? asker : other)),
  };
}

/** The request names the owner; what is asked about them need not exist. */
export function aboutOwner(say: (userId: string, api: TestApi) => Promise<Said> | Said): RequestMaker {
  return {
    names: 'owner',
    make: async (api, { asker, other }, whose) =>
      await say({ own: asker, foreign: other, missing: 'nobody' }[whose], api),
  };
}

/** The request is about nobody's thing, or about the asker's own without a name. */
export function aboutNothing(say: (api: TestApi) => Promise<Said> | Said = () => ({})): RequestMaker {
  return { names: 'nothing', make: async (api) => await say(api) };
}
