export { IronError, isIronError, type ErrorDetails, type IronErrorOptions } from './iron-error.ts';
