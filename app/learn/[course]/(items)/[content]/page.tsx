import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { ContentView } from "@/components/learning/content-view";
import { viewerOrSignIn } from "@/lib/access/viewer";
import { now } from "@/lib/clock";
import { AppError } from "@/lib/http/errors";
import { getContent } from "@/lib/learning/queries";

type ContentPageProps = { params: Promise<{ course: string; content: string }> };

/** The item, once for the page and its title. Who has not enrolled is shown what the course is instead. */
const readContent = cache(async (course: string, content: string) => {
  const viewer = await viewerOrSignIn("STUDENT", "STAFF", "INSTRUCTOR", "ADMIN");
  return getContent(viewer, course, content, now()).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "not_found") notFound();
    if (error instanceof AppError && error.code === "not_enrolled") redirect(`/learn/${course}`);
    throw error;
  });
});

export async function generateMetadata({ params }: ContentPageProps): Promise<Metadata> {
  const { course, content } = await params;
  const { item, courseTitle } = await readContent(course, content);
  return { title: `${item.title} · ${courseTitle}` };
}

export default async function ContentPage({ params }: ContentPageProps) {
  const { course, content } = await params;
  return <ContentView content={await readContent(course, content)} />;
}
