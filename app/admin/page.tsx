import type { Metadata } from "next";
import { pageAt, queueStatuses, readPlace } from "@/components/training/place";
import { RequestDesk } from "@/components/training/request-desk";
import { viewerOrSignIn } from "@/lib/access/viewer";
import { now } from "@/lib/clock";
import { listRequests } from "@/lib/training/queries";
import type { RequestStatusName } from "@/lib/training/schema";

export const metadata: Metadata = { title: "Course requests" };

type PageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function AdminPage({ searchParams }: PageProps) {
  const [viewer, search] = await Promise.all([viewerOrSignIn("ADMIN"), searchParams]);
  const place = readPlace((name) => search[name], queueStatuses);
  const read = (status: RequestStatusName) =>
    listRequests(viewer, status, pageAt(status === place.status ? place.after : null));
  const [pending, confirmed, completed] = await Promise.all([
    read("pending"),
    read("confirmed"),
    read("completed"),
  ]);
  return (
    <RequestDesk
      viewerId={viewer.userId}
      zone={viewer.timeZone}
      initialNow={now().toISOString()}
      initialPlace={place}
      initial={{ pending, confirmed, completed }}
    />
  );
}
