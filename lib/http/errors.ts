/** Every error code and its status: the one table. */
export const statusOf = {
  malformed_json: 400,
  foreign_origin: 403,
  unauthenticated: 401,
  forbidden: 403,
  not_enrolled: 403,
  not_found: 404,
  stale_revision: 409,
  double_booked: 409,
  illegal_transition: 409,
  different_file: 409,
  not_retryable: 409,
  upload_ended: 409,
  too_large: 413,
  unsupported_media: 415,
  validation_failed: 422,
  past_date: 422,
  not_begun: 422,
  unknown_course: 422,
  unknown_instructor: 422,
  empty_file: 422,
  unreadable_picture: 422,
  rate_limited: 429,
  internal: 500,
  busy: 503,
  database_unavailable: 503,
  disk_full: 507,
} as const;

export type ErrorCode = keyof typeof statusOf;

type Extras = {
  /** Field path to a sentence about it. */
  fields?: Record<string, string>;
  /** Further members of the answer's body, beside `error`. */
  body?: Record<string, unknown>;
  retryAfterSeconds?: number;
};

/** An error that the person who caused it is told: a code for programs and a sentence for people. */
export class AppError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly extras: Extras = {},
  ) {
    super(message);
    this.name = "AppError";
  }
}

/** The answer that tells of an error: `{ error: { code, message, fields? }, … }`. */
export function errorResponse(error: AppError): Response {
  const { fields, body, retryAfterSeconds } = error.extras;
  return Response.json(
    { error: { code: error.code, message: error.message, ...(fields ? { fields } : {}) }, ...body },
    {
      status: statusOf[error.code],
      headers: {
        "Cache-Control": "no-store",
        ...(retryAfterSeconds ? { "Retry-After": String(retryAfterSeconds) } : {}),
      },
    },
  );
}
