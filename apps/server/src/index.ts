export { operatorAuthentication } from './access/authenticate.ts';
export { type AnsweredRequest, type ApiOptions, createApi, type Failure } from './api.ts';
export type { Endpoint, EndpointDefinition } from './http/endpoint.ts';
export type { WebPage } from './http/web-page.ts';
export type { Problem } from './http/problem.ts';
export { HostUnusableError, PortInUseError, PortNotPermittedError } from './network/listen-errors.ts';
export type { NetworkLimits } from './network/network-limits.ts';
export { DevelopmentCredentialsError } from './operation/server-errors.ts';
export { runServer, type RunServerOptions } from './run-server.ts';
export { type RunningServer, serve, type ServeOptions } from './serve.ts';
export { openServices, type Services, type ServicesOptions } from './services.ts';
/** Every operation of the API under its name, for programs that call it. */
export * as api from './resources/operations.ts';
