import type { Metadata } from "next";
import { Agenda } from "@/components/training/agenda";
import { agendaStatuses, pageAt, readPlace } from "@/components/training/place";
import { viewerOrSignIn } from "@/lib/access/viewer";
import { now } from "@/lib/clock";
import { listClasses } from "@/lib/training/queries";

export const metadata: Metadata = { title: "Classes" };

type PageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function InstructorPage({ searchParams }: PageProps) {
  const [viewer, search] = await Promise.all([viewerOrSignIn("INSTRUCTOR"), searchParams]);
  const place = readPlace((name) => search[name], agendaStatuses);
  const read = (status: "confirmed" | "completed") =>
    listClasses(viewer, { ...pageAt(status === place.status ? place.after : null), status });
  const [confirmed, completed] = await Promise.all([read("confirmed"), read("completed")]);
  return (
    <Agenda
      viewerId={viewer.userId}
      zone={viewer.timeZone}
      initialNow={now().toISOString()}
      initialPlace={place}
      initial={{ confirmed, completed }}
    />
  );
}
