/** What becomes of the whole database. */
export type LifeDeed =
  | { readonly kind: 'life.reset' | 'life.migrate' }
  | { readonly kind: 'life.restore'; readonly path: string };

/** How the program that does it is started. */
export interface LifeOptions {
  readonly name: string;
  readonly deed: LifeDeed;
  readonly journal: string;
  readonly url: string;
  readonly folder: string;
  readonly asNobody: boolean;
}
