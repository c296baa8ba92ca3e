import type { Metadata } from "next";
import { MyCourses } from "@/components/learning/my-courses";
import { viewerOrSignIn } from "@/lib/access/viewer";
import { listMyCourses } from "@/lib/learning/queries";

export const metadata: Metadata = { title: "Dashboard" };

export default async function StudentPage() {
  const viewer = await viewerOrSignIn("STUDENT");
  return (
    <>
      <h1 className="text-xl font-semibold tracking-tight">Dashboard</h1>
      <p className="pt-1 text-ink-muted">Signed in as {viewer.name}</p>
      <MyCourses
        initial={await listMyCourses(viewer, { limit: 50 })}
        zone={viewer.timeZone}
        isStaff={false}
      />
    </>
  );
}
