import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { CourseOverview } from "@/components/learning/course-overview";
import { viewerOrSignIn } from "@/lib/access/viewer";
import { now } from "@/lib/clock";
import { AppError } from "@/lib/http/errors";
import { getCourseOutline } from "@/lib/learning/queries";

export const metadata: Metadata = { title: "Course" };

type CoursePageProps = { params: Promise<{ course: string }> };

/** A learner goes on where they left off; anybody else sees what the course is. */
export default async function CoursePage({ params }: CoursePageProps) {
  const viewer = await viewerOrSignIn("STUDENT", "STAFF", "INSTRUCTOR", "ADMIN");
  const { course } = await params;
  const outline = await getCourseOutline(viewer, course, now()).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  });
  const place = outline.resume?.contentSlug ?? (outline.enrolment && outline.modules[0]?.contents[0]?.slug);
  if (outline.enrolment && place) redirect(`/learn/${course}/${place}`);
  return <CourseOverview outline={outline} />;
}
