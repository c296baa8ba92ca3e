import { z } from "zod";
import { type RequestStatusName, requestStatus } from "@/lib/training/schema";

/** What a list of requests shows, as the address bar holds it. */
export type Place = {
  status: RequestStatusName;
  /** The page: the last request of the one before it, null for the first. */
  after: string | null;
  /** The request that is open beside the list. */
  requestId: string | null;
};

const uuid = z.uuid();

/** Reads a place from an address; what does not fit there is as if it were not said. */
export function readPlace(
  get: (name: string) => unknown,
  statuses: readonly [RequestStatusName, ...RequestStatusName[]],
): Place {
  const status = requestStatus.safeParse(get("status"));
  const after = uuid.safeParse(get("after"));
  const requestId = uuid.safeParse(get("request"));
  return {
    status: status.success && statuses.includes(status.data) ? status.data : statuses[0],
    after: after.success ? after.data : null,
    requestId: requestId.success ? requestId.data : null,
  };
}

export const boardStatuses = ["pending", "confirmed", "completed", "cancelled"] as const;
export const queueStatuses = ["pending", "confirmed", "completed"] as const;
export const agendaStatuses = ["confirmed", "completed"] as const;

/** As many as the lists fetch in the browser, so that the first refresh changes nothing. */
const PAGE_SIZE = 50;

/** The page of a list after that request, as a query takes it. */
export function pageAt(after: string | null) {
  return after === null ? { limit: PAGE_SIZE } : { cursor: after, limit: PAGE_SIZE };
}
