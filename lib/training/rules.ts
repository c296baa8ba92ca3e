/** What the decisions need to know of a course request. */
export type RequestState = {
  status: "PENDING" | "CONFIRMED" | "COMPLETED" | "CANCELLED";
  revision: number;
  startsAt: Date | null;
};

export type Refusal =
  | { outcome: "stale" }
  | { outcome: "illegal"; from: RequestState["status"] }
  | { outcome: "refused"; reason: "past-date" | "not-begun" };

/** Dates that were asked for must all lie ahead; otherwise the place of the first that does not. */
export function findPastDate(dates: readonly Date[], now: Date): number | null {
  const index = dates.findIndex((date) => date <= now);
  return index === -1 ? null : index;
}

/** Assigning an instructor and a date confirms a pending request; on a confirmed class it reassigns. */
export function decideAssignment(
  request: RequestState,
  seenRevision: number,
  wanted: { startsAt: Date; durationMinutes: number },
  now: Date,
): Refusal | { outcome: "assigned"; startsAt: Date; endsAt: Date } {
  if (request.revision !== seenRevision) return { outcome: "stale" };
  if (request.status !== "PENDING" && request.status !== "CONFIRMED")
    return { outcome: "illegal", from: request.status };
  if (wanted.startsAt <= now) return { outcome: "refused", reason: "past-date" };
  return {
    outcome: "assigned",
    startsAt: wanted.startsAt,
    endsAt: endOf(wanted.startsAt, wanted.durationMinutes),
  };
}

/** A class can be completed once it has begun; before that it can only be moved or cancelled. */
export function decideCompletion(
  request: RequestState,
  seenRevision: number,
  now: Date,
): Refusal | { outcome: "completed"; at: Date } {
  if (request.revision !== seenRevision) return { outcome: "stale" };
  if (request.status !== "CONFIRMED" || request.startsAt === null)
    return { outcome: "illegal", from: request.status };
  if (now < request.startsAt) return { outcome: "refused", reason: "not-begun" };
  return { outcome: "completed", at: now };
}

export function endOf(startsAt: Date, durationMinutes: number): Date {
  return new Date(startsAt.getTime() + durationMinutes * 60_000);
}

export function minutesBetween(from: Date, to: Date): number {
  return Math.round((to.getTime() - from.getTime()) / 60_000);
}

/** Two half-open spans share an instant; a class may begin when another ends. */
export function overlaps(a: { startsAt: Date; endsAt: Date }, b: { startsAt: Date; endsAt: Date }): boolean {
  return a.startsAt < b.endsAt && b.startsAt < a.endsAt;
}
