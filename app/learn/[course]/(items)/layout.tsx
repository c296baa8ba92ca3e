import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { CourseRoom } from "@/components/learning/course-room";
import { viewerOrSignIn } from "@/lib/access/viewer";
import { now } from "@/lib/clock";
import { AppError } from "@/lib/http/errors";
import { getCourseOutline } from "@/lib/learning/queries";

type CourseLayoutProps = { params: Promise<{ course: string }>; children: ReactNode };

export default async function CourseLayout({ params, children }: CourseLayoutProps) {
  const viewer = await viewerOrSignIn("STUDENT", "STAFF", "INSTRUCTOR", "ADMIN");
  const { course } = await params;
  const outline = await getCourseOutline(viewer, course, now()).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  });
  return (
    <CourseRoom initial={outline} zone={viewer.timeZone}>
      {children}
    </CourseRoom>
  );
}
