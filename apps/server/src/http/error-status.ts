/** What each error of Iron's is in HTTP. What is not here is a bug, or the operator's affair: 500. */
export const ERROR_STATUSES: Readonly<Record<string, number>> = {
  'http.malformed_json': 400,
  'http.malformed_request': 400,
  'input.invalid_cursor': 400,

  'access.token_missing': 401,
  'token.invalid': 401,

  'access.role_not_allowed': 403,
  'access.scope_missing': 403,
  'access.not_yours': 403,
  'access.grant_too_wide': 403,
  'admission.token_refused': 403,
  'admission.provider_not_allowed': 403,
  'admission.unpriced_model': 403,
  'user.invalid_credentials': 403,
  'user.self_change_refused': 403,

  'http.not_found': 404,
  'access.no_own_token': 404,
  'agent.not_found': 404,
  'limit.hold_not_found': 404,
  'limit.not_found': 404,
  'price.book_not_found': 404,
  'price.override_not_found': 404,
  'price.unknown_model': 404,
  'provider_key.not_found': 404,
  'token.not_found': 404,
  'usage.trace_not_found': 404,
  'usage.unknown_token': 404,
  'user.not_found': 404,

  'http.method_not_allowed': 405,

  'http.request_timeout': 408,

  'admission.not_admitted': 409,
  'agent.in_use': 409,
  'agent.name_taken': 409,
  'database.sum_too_large': 409,
  'idempotency.in_progress': 409,
  'limit.exists': 409,
  'limit.request_id_taken': 409,
  'provider_key.disabled': 409,
  'token.already_rotated': 409,
  'token.exists': 409,
  'token.not_active': 409,
  'token.revoked': 409,
  'usage.conflict': 409,
  'usage.rows_dropped': 409,
  'usage.too_old': 409,
  'user.deleted': 409,
  'user.exists': 409,
  'user.last_admin': 409,

  'http.body_too_large': 413,
  'http.not_json': 415,

  'http.nested_too_deeply': 422,
  'idempotency.key_reused': 422,
  'input.invalid': 422,
  'limit.empty': 422,
  'limit.invalid_time_zone': 422,
  'price.cost_too_large': 422,
  'price.invalid_counts': 422,
  'price.invalid_list': 422,
  'token.expiry_in_past': 422,
  'token.invalid_scope': 422,
  'token.unfit': 422,
  'usage.invalid_count': 422,
  'usage.too_many_periods': 422,
  'usage.totals_do_not_add_up': 422,
  'user.password_refused': 422,

  'limit.exceeded': 429,

  'http.headers_too_large': 431,

  'database.busy': 503,
  'database.commit_unknown': 503,
  'database.connections_exhausted': 503,
  'database.disk_full': 503,
  'database.io_failed': 503,
  'database.too_many_connections': 503,
  'database.unreachable': 503,
  'http.draining': 503,
  'server.not_ready': 503,
  'provider_key.master_key_missing': 503,
  'provider_key.wrong_master_key': 503,
};

/** The status of an error with this code; a request without a body is wrong in its query, which is 400 and not 422. */
export function statusOfCode(code: string, takesBody: boolean): number {
  const status = ERROR_STATUSES[code] ?? 500;
  return status === 422 && !takesBody ? 400 : status;
}
