export { AdmissionController, type AdmissionOptions } from './admission-controller.ts';
export { NotAdmittedError, ProviderNotAllowedError, UnpricedModelError } from './admission-errors.ts';
export {
  type ActualUsage,
  actualUsageSchema,
  type AuthorizeInput,
  authorizeSchema,
  type CallBounds,
} from './admission-input.ts';
export type { Admission } from './admission.ts';
export type { Settlement } from './settle-call.ts';
