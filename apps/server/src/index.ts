export { operatorAuthentication } from './access/authenticate.ts';
export { type ApiOptions, createApi } from './api.ts';
export type { Endpoint, EndpointDefinition } from './http/endpoint.ts';
export type { Problem } from './http/problem.ts';
export { type RunningServer, serve, type ServeOptions } from './serve.ts';
export { openServices, type Services, type ServicesOptions } from './services.ts';
export * as api from './resources/api.ts';
