import type { IronDatabase, ServiceOptions } from '@iron/db';

/** How every service of this package is opened. */
export interface StorageOptions extends ServiceOptions {
  /** The clock: milliseconds since the epoch. Default: the system's. */
  readonly now?: () => number;
}

/** What the functions behind a service work with. */
export interface ServiceContext {
  readonly database: IronDatabase;
  readonly now: () => number;
}
