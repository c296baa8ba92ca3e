import type { Metadata } from "next";
import { boardStatuses, pageAt, readPlace } from "@/components/training/place";
import { RequestBoard } from "@/components/training/request-board";
import { viewerOrSignIn } from "@/lib/access/viewer";
import { now } from "@/lib/clock";
import { listRequests } from "@/lib/training/queries";
import type { RequestStatusName } from "@/lib/training/schema";

export const metadata: Metadata = { title: "Course requests" };

type PageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function OrganizationPage({ searchParams }: PageProps) {
  const [viewer, search] = await Promise.all([viewerOrSignIn("ORGANIZATION"), searchParams]);
  const place = readPlace((name) => search[name], boardStatuses);
  const read = (status: RequestStatusName) =>
    listRequests(viewer, status, pageAt(status === place.status ? place.after : null));
  const [pending, confirmed, completed, cancelled] = await Promise.all([
    read("pending"),
    read("confirmed"),
    read("completed"),
    read("cancelled"),
  ]);
  return (
    <RequestBoard
      viewerId={viewer.userId}
      zone={viewer.timeZone}
      initialNow={now().toISOString()}
      initialPlace={place}
      initial={{ pending, confirmed, completed, cancelled }}
    />
  );
}
