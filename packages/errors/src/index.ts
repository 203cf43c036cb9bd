export { IronError, isIronError, type ErrorDetails, type IronErrorOptions } from './iron-error.ts';
export { editDistance, nearestWord } from './nearest-word.ts';
