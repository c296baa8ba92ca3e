import type { Metadata } from "next";
import { MyCourses } from "@/components/learning/my-courses";
import { viewerOrSignIn } from "@/lib/access/viewer";
import { listMyCourses } from "@/lib/learning/queries";

export const metadata: Metadata = { title: "My Courses" };

export default async function StaffPage() {
  const viewer = await viewerOrSignIn("STAFF");
  return (
    <>
      <h1 className="text-xl font-semibold tracking-tight">My Courses</h1>
      <p className="pt-1 text-ink-muted">
        Signed in as {viewer.name}
        {viewer.organizationName && `, ${viewer.organizationName}`}
      </p>
      <MyCourses initial={await listMyCourses(viewer, { limit: 50 })} zone={viewer.timeZone} isStaff />
    </>
  );
}
